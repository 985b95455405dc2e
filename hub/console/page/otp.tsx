// The digits that an authenticator shows, typed in.
import { h } from "preact";
import { t } from "./words";

export function SixDigits() {
    return (
        <label key="otp">
            {t("door.otp")}
            <input
                name="otp"
                required
                maxLength={16}
                inputMode="numeric"
                pattern="[0-9 ]{6,}"
                autocomplete="one-time-code"
            />
        </label>
    );
}
