/** What a report says of the cloud that a deployment lies in. */
import type { Resource } from "../../verification/model";
import type { Judgement } from "../../verification/verify";
import type { Command } from "../html/model";

/** A service of the cloud, and the deployment's own part of it. */
interface Service {
  readonly product: string;
  readonly name: string;
}

export interface CloudWords {
  readonly cloud: string;
  /** What the cloud calls what a deployment lies in, and its id. */
  readonly account: readonly [name: string, id: string];
  readonly cluster: string;
  readonly objectStore: Service;
  /** Host that presigned URLs lead to. */
  readonly objectStoreHost: string;
  readonly logs: Service;
  readonly registry: Service;
  readonly secretStore: Service;
  readonly privateConnection: string;
}

export interface ReportedCloud {
  readonly words: CloudWords;
  /** Commands that list private connections to the deployment; `output` has those of outputs by their names. */
  readonly privateConnections: (output: (...names: string[]) => Command[]) => readonly Command[];
  /** Commands that list connections which an outside address opened. */
  readonly flowLogs: (judgement: Judgement) => readonly Command[];
  /** Whether its CORS rules decide which pages may read by a presigned URL. */
  readonly setsCors: (resource: Resource) => boolean;
  /** Types whose id is their name. */
  readonly namedById: readonly string[];
}

export const ofType = ({ system }: Judgement, type: string): Resource[] =>
  system.resources.filter((resource) => resource.type === type);
