/** Values of Secrets that come into the state. */
import { problemAt } from "../../../problem";
import { isObject, isOpaque } from "../../../values";
import type { Check } from "../../cloud";
import { PUBLIC_KEYS } from "../secrets";

/** The provider keeps `data` in the state, and `data_wo` nowhere. */
export const check: Check = function* ({ system, deployment }) {
  if (!deployment) return;
  for (const secret of system.resources.filter(({ type }) => type === "kubernetes:Secret")) {
    const data = secret.terraform?.values["data"] ?? null;
    for (const [key, value] of isObject(data) ? Object.entries(data) : []) {
      if (!isOpaque(value) || PUBLIC_KEYS.test(key)) continue;
      yield problemAt(secret, ["stringData", key], "violated", `${key} comes into the state: it is not write-only`);
    }
  }
};
