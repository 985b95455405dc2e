// What Preact's own types leave out.
declare namespace JSX {
    interface IntrinsicAttributes {
        key?: string | number;
    }
    interface HTMLAttributes {
        spellcheck?: boolean;
        onClose?: (event: Event) => void;
    }
}
