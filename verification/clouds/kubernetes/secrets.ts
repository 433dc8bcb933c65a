/** What a Secret holds, and which of it is none. */
import { isUnknown, type Resource } from "../../model";
import { decoded } from "../../secret-texts";
import { isObject, isOpaque } from "../../values";
import type { SecretField } from "../cloud";
import { shown } from "../../../config/texts";

/** Keys of Secrets that hold no secret, though Kubernetes has them there. */
export const PUBLIC_KEYS = /^(cluster_name|namespace|username|ca\.crt|tls\.crt|ca\.pem|cert\.pem|.*-public)$/;

export const secretFields = ({ values }: Resource): readonly SecretField[] =>
  (["data", "stringData"] as const).flatMap((part) => {
    const held = values[part] ?? null;
    return Object.entries(isObject(held) ? held : {}).map(([key, value]) => {
      const written = shown((isUnknown(value) ? value.text : isOpaque(value) ? undefined : value) ?? "");
      return {
        path: [part, key] as const,
        text: part === "data" ? decoded(written) : written,
        what: "is a literal in a Secret",
        isPublic: PUBLIC_KEYS.test(key),
      };
    });
  });
