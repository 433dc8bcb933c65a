/** What is said of a network's flow logs, whatever the cloud. */
import { problemAt, type Problem } from "../problem";
import type { Resource } from "../model";

/** One log that holds is enough; of several that don't, what the first lacks; none at all is said of the network. */
export function* best(network: Resource, logs: readonly Problem[][], unclear: readonly Resource[]): Generator<Problem> {
  if (logs.some((problems) => problems.length === 0)) return;
  const [first] = logs;
  const [other] = unclear;
  if (first) yield* first;
  else if (other) yield problemAt(network, [], "unknown", `whether ${other.address} is its flow log can't be told`);
  else yield problemAt(network, [], "violated", "has no flow log");
}
