import { judged } from "../../../support/google-part";

const KEY = "serial-port-enable";
const reasons = (type: string, values: object) =>
  judged({ [type]: { x: values } })
    .unjudged.map(({ reason }) => reason)
    .filter((reason) => reason.includes(KEY));

const ON = [expect.stringContaining("from any address")];
const UNKNOWN = [expect.stringContaining("is not known")];
const UNREAD = "a${x.y}";

test.each<[string, object, readonly unknown[]]>([
  ["google_compute_instance", { metadata: { [KEY]: "TRUE" } }, ON],
  ["google_compute_instance", { metadata: { [KEY]: true } }, ON],
  ["google_compute_instance", { metadata: { [KEY]: 1 } }, ON],
  ["google_compute_instance", { metadata: { [KEY]: "yes" } }, ON],
  ["google_compute_instance", { metadata: { [KEY]: "FALSE" } }, []],
  ["google_compute_instance", { metadata: { [KEY]: "n" } }, []],
  ["google_compute_instance", { metadata: { [KEY]: 0 } }, []],
  ["google_compute_instance", { metadata: { "enable-oslogin": UNREAD } }, []],
  ["google_compute_instance", {}, []],
  ["google_compute_instance", { metadata: { [KEY]: UNREAD } }, UNKNOWN],
  ["google_compute_instance", { metadata: UNREAD }, UNKNOWN],
  ["google_compute_instance_template", { metadata: { [KEY]: "true" } }, ON],
  ["google_compute_region_instance_template", { metadata: { [KEY]: "true" } }, ON],
  ["google_compute_instance_from_template", { metadata: { [KEY]: "true" } }, ON],
  ["google_compute_instance_settings", { metadata: [{ items: { [KEY]: "TRUE" } }] }, ON],
  ["google_compute_instance_settings", { metadata: [{ items: { a: "TRUE" } }] }, []],
  ["google_compute_per_instance_config", { preserved_state: [{ metadata: { [KEY]: "TRUE" } }] }, ON],
  ["google_compute_project_metadata", { metadata: { [KEY]: "TRUE" } }, ON],
  ["google_compute_project_metadata", { metadata: { "enable-oslogin": "TRUE" } }, []],
  ["google_compute_project_metadata_item", { key: KEY, value: "TRUE" }, ON],
  ["google_compute_project_metadata_item", { key: KEY, value: "FALSE" }, []],
  ["google_compute_project_metadata_item", { key: KEY, value: UNREAD }, UNKNOWN],
  ["google_compute_project_metadata_item", { key: UNREAD, value: "TRUE" }, UNKNOWN],
  ["google_compute_project_metadata_item", { key: "enable-oslogin", value: "TRUE" }, []],
  ["google_container_node_pool", { node_config: [{ metadata: { [KEY]: "TRUE" } }] }, ON],
  ["google_container_cluster", { node_pool: [{ node_config: [{ metadata: { [KEY]: "TRUE" } }] }, {}] }, ON],
  ["google_dataproc_cluster", { cluster_config: [{ gce_cluster_config: [{ metadata: { [KEY]: "true" } }] }] }, ON],
  ["google_workbench_instance", { gce_setup: [{ metadata: { [KEY]: "true" } }] }, ON],
])("%s %j", (type, values, expected) => {
  expect(reasons(type, values)).toEqual(expected);
});
