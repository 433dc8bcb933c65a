/** A process of its own for shares of the deployments. */
import "../telemetry-off";
import "../source-maps";
import type { Deployment } from "../config/deployment";
import { answerShares } from "../shares";
import { synthesizeEach } from "./deployment";

export interface Share {
  readonly deployments: readonly Deployment[];
  readonly outdir: string;
}

void answerShares(({ deployments, outdir }: Share) => synthesizeEach(deployments, outdir)).then(() => process.exit());
