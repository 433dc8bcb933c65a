import { parse } from "yaml";
import { all, type Json, one, workloads } from "../../support/workloads";

const stack = workloads();
const NAMESPACE = "union-fluent-bit";

/** Sections of a configuration file, by name. */
function sections(text: string): Record<string, Record<string, string>> {
  const parts = text.split(/^\[(\w+)\]\n/m).slice(1);
  return Object.fromEntries(
    parts.flatMap((name, index) => {
      if (index % 2 === 1) return [];
      const lines = (parts[index + 1] ?? "").trim().split("\n");
      return [[name, Object.fromEntries(lines.map((line) => line.trim().split(/ (.*)/s).slice(0, 2)))]];
    }),
  );
}

const files = (of: Json) => one(of, "kubernetes_config_map_v1", "fluent-bit", NAMESPACE).data;
const configuration = (of: Json) => sections(files(of)["fluent-bit.conf"]);

test("tails every container's log with the docker and cri parsers, remembering where it was", () => {
  expect(configuration(stack)["INPUT"]).toMatchObject({
    Name: "tail",
    Path: "/var/log/containers/*.log",
    "multiline.parser": "docker, cri",
    DB: "/var/lib/union-fluent-bit/tail.db",
  });
});

test("answers health checks", () => {
  expect(configuration(stack)["SERVICE"]).toMatchObject({ HTTP_Server: "On", Health_Check: "On", HTTP_Port: "2020" });
});

const outputs = (of: Json) =>
  files(of)
    ["fluent-bit.conf"].split("[OUTPUT]\n")
    .slice(1)
    .map((text: string) => sections(`[OUTPUT]\n${text}`)["OUTPUT"]);

test("ships each log to the object where Union's proxy looks for it: its end soon, all of an hour later", () => {
  const { persistedLogs } = parse(one(stack, "kubernetes_config_map_v1", "union-operator").data["config.yaml"]).proxy;
  expect(persistedLogs.sourceType).toBe("ObjectStore");
  const { prefix, pathTemplate } = persistedLogs.objectStore;
  const looked = `/${prefix}/${pathTemplate}`
    .replace("{{.KubernetesNamespace}}", "<namespace_name>")
    .replace("{{.KubernetesPodName}}", "<pod_name>")
    .replace("{{.KubernetesContainerName}}", "<container_name>");
  const [soon, later, ...others] = outputs(stack);
  expect(others).toEqual([]);
  expect(soon).toEqual({
    Match: "*",
    Name: "s3",
    region: "us-east-2",
    bucket: "union-acme-prod-123456789012-metadata",
    s3_key_format: "/persisted-logs/$TAG",
    static_file_path: "true",
    json_date_key: "false",
    upload_timeout: "1m",
    store_dir: "/var/lib/union-fluent-bit/s3-1m",
    store_dir_limit_size: "500M",
  });
  expect(soon.s3_key_format.replace("$TAG", configuration(stack)["INPUT"]?.["Tag"])).toBe(looked);
  // Two outputs with one folder would take each other's uploads.
  expect(later).toEqual({ ...soon, upload_timeout: "1h", store_dir: "/var/lib/union-fluent-bit/s3-1h" });
});

test("ships to the deployment's own log group where that is chosen, and never makes another", () => {
  expect(outputs(workloads({ logs: "cloud-service" }))).toEqual([
    {
      Match: "*",
      Name: "cloudwatch_logs",
      region: "us-east-2",
      log_group_name: "/union/acme-prod/pods",
      log_stream_prefix: "kube.",
      auto_create_group: "off",
      retry_limit: "5",
    },
  ]);
});

/** The link to a container's log, with its folder, as the kubelet names it: no longer than 255 characters. */
function logFile(pod: string, namespace: string, container: string, id: string): string {
  return `/var/log/containers/${`${pod}_${namespace}_${container}-${id}`.slice(0, 251)}.log`;
}

/** The tag of a file, as Fluent Bit makes it: the expression may match anywhere in the path. */
function tagOf(file: string): string {
  const { Tag = "", Tag_Regex = "" } = configuration(stack)["INPUT"] ?? {};
  const groups = new RegExp(Tag_Regex).exec(file)?.groups;
  if (!groups) throw new Error(`no tag, so that ${file} is not read`);
  return Tag.replace(/<(\w+)>/g, (_all, group: string) => groups[group] ?? "");
}

const ID = "0a".repeat(32);
const LONG = "n".repeat(63);

test.each([
  ["a task", "a1b2c3-n0-0", "fraud-development", "a1b2c3-n0-0", ID],
  ["the same task, started anew", "a1b2c3-n0-0", "fraud-development", "a1b2c3-n0-0", "f".repeat(64)],
  ["a second container", "a1b2c3-n0-0", "fraud-development", "flyte-copilot-sidecar", ID],
  ["a pod with dots", "web.v1-x7", "union", "queue-proxy", ID],
  ["a static pod", "kube-proxy-ip-10-0-0-1.ec2.internal", "kube-system", "kube-proxy", ID],
  ["names that end as an id does", "a-0", "b-1", "c-2", ID],
  ["names so long that the kubelet cuts the id", LONG, LONG, LONG, ID],
  ["names so long that no id is left", `${LONG}.${LONG}`, LONG, LONG.slice(4), ID],
])("names %s by its file and reads the names back", (_what, pod, namespace, name, id) => {
  const tag = tagOf(logFile(pod, namespace, name, id));
  expect(tag).toBe(`namespace-${namespace}.pod-${pod}.cont-${name}`);
  const { Kube_Tag_Prefix = "" } = configuration(stack)["FILTER"] ?? {};
  const { Regex = "" } = sections(files(stack)["parsers.conf"])["PARSER"] ?? {};
  expect(new RegExp(Regex).exec(tag.slice(Kube_Tag_Prefix.length))?.groups).toEqual({
    namespace_name: namespace,
    pod_name: pod,
    container_name: name,
  });
});

test("asks the Kubernetes API over verified TLS, and not at all with low-privilege roles", () => {
  expect(configuration(stack)["FILTER"]).toMatchObject({ Name: "kubernetes", "tls.verify": "On" });
  const lowPrivilege = workloads({ rbac: "low-privilege" });
  expect(configuration(lowPrivilege)["FILTER"]).toBeUndefined();
  const { spec } = one(lowPrivilege, "kubernetes_daemon_set_v1", "fluent-bit", NAMESPACE).spec.template;
  expect(spec.automount_service_account_token).toBe(false);
  expect(all(lowPrivilege, "kubernetes_cluster_role_v1").map(({ metadata }) => metadata.name)).not.toContain(
    "union-fluent-bit",
  );
});

test("runs on every node, before tasks", () => {
  const { spec } = one(stack, "kubernetes_daemon_set_v1", "fluent-bit", NAMESPACE).spec.template;
  expect(spec.toleration).toEqual([{ operator: "Exists" }]);
  expect(spec.node_selector).toBeUndefined();
  expect(spec.priority_class_name).toContain("kubernetes_priority_class_v1");
  expect(one(stack, "kubernetes_priority_class_v1", "union-fluent-bit")).toMatchObject({ value: 1_000_000 });
});

test("reads log files only, and writes its state only", () => {
  const { spec } = one(stack, "kubernetes_daemon_set_v1", "fluent-bit", NAMESPACE).spec.template;
  expect(spec.container[0].volume_mount).toEqual([
    { name: "config", mount_path: "/etc/fluent-bit", read_only: true },
    { name: "log-links", mount_path: "/var/log/containers", read_only: true },
    { name: "log-files", mount_path: "/var/log/pods", read_only: true },
    { name: "state", mount_path: "/var/lib/union-fluent-bit" },
  ]);
});
