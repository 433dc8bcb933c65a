/** What browsers may read of Cloud Storage. */
import { at, blocks, field, texts } from "../../../values";
import type { Value } from "../../../model";
import { clientOrigin, refusal } from "../../presigned";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";

export const check: Check = function* (judged) {
  const origin = clientOrigin(judged);
  if (origin === undefined) return;
  for (const bucket of inputOf(judged.system).managed("google_storage_bucket")) {
    const rules = blocks(field(bucket, "cors"));
    if (rules.some((rule) => admits(rule, origin))) continue;
    yield refusal(bucket, bucket, origin);
  }
};

/** Cloud Storage takes origins as they are written, or all by a `*` that stands alone. */
function admits(rule: Value, origin: string): boolean {
  const [origins, methods] = ["origin", "method"].map((name) => texts(at(rule, name)));
  const isOpen = [origin, "*"].some((one) => origins?.includes(one));
  return isOpen && ["GET", "HEAD"].every((method) => ["*", method].some((one) => methods?.includes(one)));
}
