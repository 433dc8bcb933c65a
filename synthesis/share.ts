/** A process of its own for a share of the deployments. */
import "../telemetry-off";
import "../source-maps";
import type { Deployment } from "../config/deployment";
import { InputError } from "../verification/input-error";
import { synthesizeEach, type Synthesis } from "./deployment";

export interface Share {
  readonly deployments: readonly Deployment[];
  readonly outdir: string;
}

/** What became of a share: all of it, or what stopped it. */
export type ShareAnswer =
  | { readonly done: readonly Synthesis[] }
  | { readonly failed: { readonly message: string; readonly isInput: boolean } };

process.once("message", (share) => {
  void answerTo(share as Share).then((answer) => process.send?.(answer, () => process.disconnect()));
});

async function answerTo({ deployments, outdir }: Share): Promise<ShareAnswer> {
  try {
    return { done: await synthesizeEach(deployments, outdir) };
  } catch (error) {
    const isInput = error instanceof InputError;
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    return { failed: { message: isInput ? message : stack, isInput } };
  }
}
