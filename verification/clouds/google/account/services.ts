/**
 * Assets of what Google runs for its customers as resources of the provider.
 *
 * Cloud Run Admin API, versions 1 (https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services) and 2, Cloud Run
 * functions API, versions 1 and 2 (https://cloud.google.com/functions/docs/reference/rest), Memorystore for Redis API
 * (https://cloud.google.com/memorystore/docs/redis/reference/rest), Memorystore for Memcached API and AlloyDB API
 * (https://cloud.google.com/alloydb/docs/reference/rest).
 */
import { at, type ObjectValue } from "../../../values";
import type { AccountReader, Made } from "../../account";
import { alike, dataOf, made, pathOf } from "./asset";

/** Whether it is told by the first version of Cloud Run's API, as an object of Knative. */
const isOfKnative = (asset: ObjectValue) => dataOf(asset)["metadata"] !== undefined;

const isFirst = (asset: ObjectValue) => dataOf(asset)["environment"] !== "GEN_2";

export const services: AccountReader = {
  "run-services": (asset) => {
    if (!isOfKnative(asset)) return [made(asset, "google_cloud_run_v2_service")];
    return [made(asset, "google_cloud_run_service", ({ metadata }) => ({ metadata: metadata && [metadata] }))];
  },
  "run-jobs": alike("google_cloud_run_v2_job"),
  // Of functions of the first generation their own API tells more: what an event triggers has no address.
  functions: (asset, records): Made[] => {
    const known = records.of("first-functions").some(({ values }) => pathOf(values) === pathOf(asset));
    return isFirst(asset) && known ? [] : [made(asset, "google_cloudfunctions2_function")];
  },
  "first-functions": alike("google_cloudfunctions_function"),
  "redis-instances": alike("google_redis_instance"),
  "redis-clusters": alike("google_redis_cluster"),
  "memcache-instances": alike("google_memcache_instance"),
  "alloydb-clusters": alike("google_alloydb_cluster", (data) => ({
    network_config: data["network_config"] ?? [{ network: at(data, "network") ?? null }],
  })),
  "alloydb-instances": (asset) => [
    made(asset, "google_alloydb_instance", () => ({ cluster: pathOf(asset).replace(/\/instances\/.*$/, "") })),
  ],
};
