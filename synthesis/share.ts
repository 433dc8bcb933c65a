/** A process of its own for a share of the deployments. */
import "../telemetry-off";
import "../source-maps";
import type { Deployment } from "../config/deployment";
import { answerShare } from "../shares";
import { synthesizeEach } from "./deployment";

export interface Share {
  readonly deployments: readonly Deployment[];
  readonly outdir: string;
}

void answerShare(({ deployments, outdir }: Share) => synthesizeEach(deployments, outdir));
