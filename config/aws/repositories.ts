/** Repositories of the customer's own that images come from. */
import type { AwsDeployment } from "../deployment";

const MIRROR = /^(\d+)\.dkr\.ecr\.([^.]+)\.amazonaws\.com(?:\/(.*))?$/;

/** ARN patterns of the mirror and of all further repositories. */
export function givenRepositories({ images: { mirror, repositories } }: AwsDeployment): readonly string[] {
  const [, account = "", region = "", path] = mirror?.match(MIRROR) ?? [];
  const ofMirror = mirror ? [`arn:aws:ecr:${region}:${account}:repository/${path ? `${path}/` : ""}*`] : [];
  return [...new Set([...ofMirror, ...repositories])];
}

/** Those of another account, which must let the nodes in by a policy of their own. */
export const foreignRepositories = (deployment: AwsDeployment): readonly string[] =>
  givenRepositories(deployment).filter((arn) => arn.split(":")[4] !== deployment.account);
