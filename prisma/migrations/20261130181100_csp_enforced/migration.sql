-- Installations that are there keep to reports until CSP_MODE says otherwise; those that are made from now on say true.
ALTER TABLE "installation" ADD COLUMN     "csp_enforced" BOOLEAN NOT NULL DEFAULT false;
