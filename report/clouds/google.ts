/** What a report says of Google Cloud. */
import type { GoogleDeployment } from "../../config/deployment";
import * as google from "../../config/google/names";
import { plain } from "../html/commands";
import type { Command } from "../html/model";
import type { Judgement } from "../../verification/verify";
import { ofType, type ReportedCloud } from "./cloud";

export function googleCloud(deployment: GoogleDeployment): ReportedCloud {
  const bucket = google.metadataBucket(deployment);
  return {
    words: {
      cloud: "Google Cloud",
      account: ["Project", deployment.project],
      cluster: "GKE",
      objectStore: { product: "Cloud Storage", name: bucket },
      objectStoreHost: `storage.googleapis.com/${bucket}`,
      logs: { product: "Cloud Logging", name: google.podLogs(deployment) },
      registry: { product: "Artifact Registry", name: google.buildRepository(deployment) },
      secretStore: { product: "Secret Manager", name: google.secretPrefix(deployment) },
      privateConnection: "Private Service Connect",
    },
    privateConnections: (output) => output("verify_private_management_commands"),
    flowLogs: (judgement) => flowLogs(deployment, judgement),
    setsCors: ({ type, values }) => type === "google_storage_bucket" && values["cors"] !== undefined,
    namedById: [],
  };
}

function flowLogs(deployment: GoogleDeployment, judgement: Judgement): Command[] {
  const bucket = ofType(judgement, "google_logging_project_bucket_config").find(({ address }) =>
    address.includes("flow-logs"),
  );
  if (!bucket) return [];
  const { project, cloudRegion, name } = deployment;
  // Answers of what was opened from inside come from the ports that may be called.
  const filter =
    'log_id("compute.googleapis.com/vpc_flows") AND jsonPayload.reporter="DEST" AND jsonPayload.src_location:* ' +
    "AND NOT jsonPayload.connection.src_port=(443 OR 7844)";
  return [
    plain(
      `gcloud logging read '${filter}' --project ${project} --bucket ${name}-network --location ${cloudRegion} --view _AllLogs --limit 20`,
    ),
  ];
}
