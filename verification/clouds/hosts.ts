/** Every cloud that runs Kubernetes clusters: the one place that lists them. */
import { host as aws } from "./aws/cluster-host";
import { host as azure } from "./azure/cluster-host";
import type { ClusterHost } from "./cloud";
import { host as google } from "./google/cluster-host";

export const HOSTS: readonly ClusterHost[] = [aws, google, azure];
