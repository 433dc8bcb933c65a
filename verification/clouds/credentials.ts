/** Types that are a credential by themselves, whatever the cloud. */
import { problemAt, type Problem } from "../problem";
import type { TerraformInput } from "./terraform-input";

/** A problem for each resource of these types; `credentials`: what each makes. */
export function* judgeCredentials(
  credentials: Readonly<Record<string, string>>,
  input: TerraformInput,
): Generator<Problem> {
  for (const [type, what] of Object.entries(credentials)) {
    for (const resource of input.managed(type)) yield problemAt(resource, [], "violated", `makes ${what}`);
  }
}
