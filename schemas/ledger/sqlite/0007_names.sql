-- How a status, a recall or an update names a document: exactly as its sender wrote it. The search index is for people:
-- it knows no case and no marks, and holds what anybody has sent under a name.

CREATE INDEX envelopes_by_document_id ON envelopes (document_id, sender) WHERE kind = 1 AND refusal_code IS NULL;
CREATE INDEX envelopes_by_full_number ON envelopes (sender, number || CASE WHEN notation IS NULL THEN '' ELSE '/' || notation END)
    WHERE kind = 1 AND refusal_code IS NULL;
