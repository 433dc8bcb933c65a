/** Locations of what holds data on Google Cloud: https://cloud.google.com/about/locations */
import { zonesOfRegion } from "../../../../config/cloud-regions";
import { at, blocks, isOpaque, knownText } from "../../../values";
import { problemAt } from "../../../problem";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";
import { judgeSettings, required } from "../../setting";

const IN_REGION = ["google_storage_bucket", "google_kms_key_ring", "google_artifact_registry_repository"];
const IN_ZONES = "google_compute_disk google_compute_instance";

export const check: Check = function* ({ system, deployment }) {
  if (deployment?.cloud !== "google") return;
  const { cloudRegion } = deployment;
  const risk = `the data plane is in ${cloudRegion}`;
  // Cloud Storage writes names of locations in capitals.
  const own = new RegExp(`^${cloudRegion}$`, "i");
  const zones = zonesOfRegion("google", cloudRegion);
  yield* judgeSettings(
    [
      required(IN_REGION.join(" "), "location", own, risk),
      required("google_logging_project_bucket_config google_bigquery_dataset", "location", own, risk),
      required("google_container_cluster", "location", [cloudRegion, ...zones], risk),
      required(IN_ZONES, "zone", zones, risk),
    ],
    system,
  );
  for (const secret of inputOf(system).managed("google_secret_manager_secret")) {
    const path = ["replication", "user_managed", "replicas"];
    const replicas = blocks(at(secret.values["replication"], "user_managed", "replicas"));
    if (replicas.length === 0)
      yield problemAt(secret, ["replication"], "violated", `lies wherever Google keeps it: ${risk}`);
    for (const [index, replica] of replicas.entries()) {
      const place = at(replica, "location");
      const location = knownText(place);
      if (location === undefined) {
        const why = isOpaque(place) ? "is known to the cloud alone" : "is left out";
        yield problemAt(secret, [...path, index], "unknown", `a replica's location ${why}`);
      } else if (location !== cloudRegion) {
        yield problemAt(secret, [...path, index], "violated", `has a replica in ${location}: ${risk}`);
      }
    }
  }
};
