import type { Side } from "./diff";
import { copyOf, find, synthesize, type Tree } from "./tree";
import type { Json } from "./workloads";

const own = synthesize();
/** Our own tree, changed. */
const changed = (change: (tree: Tree) => void): Side => {
  const tree = copyOf(own);
  change(tree);
  return tree;
};

const group = (...ingress: Json[]) => ({ resource: { aws_security_group: { web: { ingress } } } });
const tcp = (port: number | readonly [number, number], ...cidrs: string[]) => {
  const [from, to] = typeof port === "number" ? [port, port] : port;
  return { from_port: from, to_port: to, protocol: "tcp", cidr_blocks: cidrs };
};
const nsg = (...rules: Json[]) => ({
  resource: {
    azurerm_network_security_group: {
      web: { name: "web", location: "eastus2", resource_group_name: "a", security_rule: rules },
    },
  },
});
const nsgRule = (name: string, priority: number, access: string, port: string) => ({
  name,
  priority,
  access,
  direction: "Inbound",
  protocol: "Tcp",
  source_port_range: "*",
  destination_port_range: port,
  source_address_prefix: "81.2.69.0/24",
  destination_address_prefix: "*",
});
const firewall = (allowed: number, denied: number) => ({
  resource: {
    google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
    google_compute_subnetwork: {
      s: { name: "s", network: "${google_compute_network.n.id}", ip_cidr_range: "10.1.0.0/24", region: "us-east5" },
    },
    google_compute_instance: {
      vm: {
        name: "vm",
        zone: "us-east5-a",
        network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}", access_config: [{}] }],
      },
    },
    google_compute_firewall: {
      allow: {
        name: "allow",
        network: "${google_compute_network.n.id}",
        priority: allowed,
        source_ranges: ["81.2.69.0/24"],
        allow: [{ protocol: "tcp", ports: ["22"] }],
      },
      deny: {
        name: "deny",
        network: "${google_compute_network.n.id}",
        priority: denied,
        source_ranges: ["81.2.69.0/24"],
        deny: [{ protocol: "tcp", ports: ["22"] }],
      },
    },
  },
});
const manifests = (label: string, type: string): Side => ({
  files: {
    "all.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: ${label}}}
  policyTypes: [Ingress, Egress]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ${type}, selector: {app: web}, ports: [{port: 80}]}
`,
  },
});
const policy = (...actions: string[]) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "arn:aws:s3:::data/*" }] });
const role = (...actions: string[]) => ({
  resource: {
    aws_iam_role: {
      app: {
        name: "app",
        assume_role_policy: JSON.stringify({
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
        }),
      },
    },
    aws_iam_role_policy: { app: { role: "${aws_iam_role.app.name}", policy: policy(...actions) } },
  },
});
const bucket = (others: Json) => ({ resource: { aws_s3_bucket: { data: { bucket: "data" } }, ...others } });
const BLOCK = {
  bucket: "${aws_s3_bucket.data.id}",
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};
const bucketPolicy = (principal: string) =>
  bucket({
    aws_s3_bucket_public_access_block: { data: BLOCK },
    aws_s3_bucket_policy: {
      data: {
        bucket: "${aws_s3_bucket.data.id}",
        policy: JSON.stringify({
          Statement: [
            {
              Effect: "Allow",
              Action: "s3:GetObject",
              Resource: "${aws_s3_bucket.data.arn}/*",
              Principal: { AWS: principal },
            },
          ],
        }),
      },
    },
  });
const cors = (...origins: string[]) =>
  bucket({
    aws_s3_bucket_public_access_block: { data: BLOCK },
    aws_s3_bucket_cors_configuration: {
      data: { bucket: "${aws_s3_bucket.data.id}", cors_rule: [{ allowed_origins: origins, allowed_methods: ["GET"] }] },
    },
  });
const assignments = (...roles: string[]) => ({
  resource: {
    azurerm_user_assigned_identity: { app: { name: "app", location: "eastus2", resource_group_name: "a" } },
    azurerm_role_assignment: Object.fromEntries(
      roles.map((name, i) => [
        `r${i}`,
        {
          role_definition_name: name,
          scope: "/subscriptions/1",
          principal_id: "${azurerm_user_assigned_identity.app.principal_id}",
        },
      ]),
    ),
  },
});
const credential = (subject: string) => ({
  resource: {
    azurerm_user_assigned_identity: { app: { name: "app", location: "eastus2", resource_group_name: "a" } },
    azurerm_federated_identity_credential: {
      app: {
        name: "app",
        parent_id: "${azurerm_user_assigned_identity.app.id}",
        issuer: "https://issuer",
        subject,
        audience: ["api://AzureADTokenExchange"],
      },
    },
  },
});
const member = (name: string) => ({
  resource: {
    google_storage_bucket: {
      data: { name: "data", location: "US", public_access_prevention: "enforced", uniform_bucket_level_access: true },
    },
    google_storage_bucket_iam_member: {
      data: { bucket: "${google_storage_bucket.data.name}", role: "roles/storage.objectViewer", member: name },
    },
  },
});
const QUEUE = { address: "aws_sqs_queue.a", mode: "managed", type: "aws_sqs_queue", name: "a", values: {} };
/** A whole policy of a bucket, by the data source. */
const wholePolicy = (...members: string[]): Side => ({
  files: {
    "main.tf.json": {
      data: { google_iam_policy: { data: { binding: [{ role: "roles/storage.objectViewer", members }] } } },
      resource: {
        google_storage_bucket_iam_policy: {
          data: { bucket: "data", policy_data: "${data.google_iam_policy.data.policy_data}" },
        },
      },
    },
  },
});
const endpointPolicy = (effect: string, condition: Json) => ({
  resource: {
    aws_sqs_queue: { a: { name: "a" } },
    aws_sqs_queue_policy: {
      a: {
        queue_url: "${aws_sqs_queue.a.id}",
        policy: JSON.stringify({
          Statement: [{ Effect: effect, Action: "sqs:*", Resource: "*", Principal: "*", Condition: condition }],
        }),
      },
    },
  },
});
const IN_ACCOUNT = { StringEquals: { "aws:PrincipalAccount": "123456789012" } };
const IN_ORGANIZATION = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };
const exceptActions = (...actions: string[]) => ({
  resource: {
    aws_iam_user: { a: { name: "a" } },
    aws_iam_user_policy: {
      a: {
        user: "${aws_iam_user.a.name}",
        policy: JSON.stringify({ Statement: [{ Effect: "Allow", NotAction: actions, Resource: "*" }] }),
      },
    },
  },
});
const directory = (role: string) => ({ resource: { azuread_directory_role_assignment: { a: { role_id: role } } } });
const isGone = (actions: readonly string[]): boolean => actions.at(-1) === "delete";
const plan = (values: Json, actions: string[], more: Json = {}): Side => ({
  files: {
    "plan.json": {
      format_version: "1.2",
      planned_values: {
        root_module: {
          resources: [
            QUEUE,
            ...(isGone(actions)
              ? []
              : [{ address: "aws_s3_bucket.data", mode: "managed", type: "aws_s3_bucket", name: "data", values }]),
          ],
        },
      },
      resource_changes: [
        {
          address: "aws_s3_bucket.data",
          mode: "managed",
          type: "aws_s3_bucket",
          name: "data",
          change: { actions, before: {}, after: isGone(actions) ? null : {}, after_unknown: {}, ...more },
        },
      ],
    },
  },
});
const variable = (cidr: string): Side => ({
  files: {
    "main.tf": `
variable "partner" {}
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [${cidr}]
  }
}`,
  },
});
const groups = (peer: string) => ({
  resource: {
    aws_security_group: {
      web: { ingress: [{ from_port: 443, to_port: 443, protocol: "tcp", security_groups: [peer] }] },
      client: {},
      other: {},
    },
    aws_instance: {
      client: { vpc_security_group_ids: ["${aws_security_group.client.id}"], associate_public_ip_address: true },
      web: { vpc_security_group_ids: ["${aws_security_group.web.id}"], associate_public_ip_address: true },
    },
  },
});
const rbac = (...verbs: string[]): Side => ({
  files: {
    "role.yaml": `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [${verbs}]}]
`,
  },
});
const exception = (...expires: string[]) =>
  synthesize({
    exceptions: expires.map((day, i) => ({
      id: "flow-logs",
      resource: `aws_vpc.${i}`,
      reason: "A laboratory.",
      expires: day,
    })),
  });
const day = (ahead: number) => new Date(Date.now() + ahead * 24 * 3600 * 1000).toISOString().slice(0, 10);
const key = { resource: { aws_kms_key: { data: { enable_key_rotation: true } } } };

/** Two states of something, and what the command line says of the change: its exit code and each sentence but those of
 * resources that lose nothing and of fields that may change. */
export const PAIRS: readonly (readonly [what: string, base: Side, head: Side, exitCode: number, ...said: string[]])[] =
  [
    [
      "a rule added",
      group(tcp(443, "10.0.0.0/8")),
      group(tcp(443, "10.0.0.0/8"), tcp(22, "81.2.69.7/32")),
      1,
      "newly violated: no-inbound: TCP 22 from 81.2.69.7 can reach aws_security_group.web",
      "newly open: 81.2.69.7 may now reach aws_security_group.web on TCP 22",
    ],
    [
      "a rule taken away",
      group(tcp(443, "10.0.0.0/8"), tcp(22, "81.2.69.7/32")),
      group(tcp(443, "10.0.0.0/8")),
      0,
      "no longer open: 81.2.69.7 may no longer reach aws_security_group.web on TCP 22",
      "no longer violated: no-inbound: TCP 22 from 81.2.69.7 can reach aws_security_group.web",
    ],
    [
      "widened by one address",
      group(tcp(22, "10.0.0.0/31")),
      group(tcp(22, "10.0.0.0/31", "10.0.0.2/32")),
      1,
      "newly open: 10.0.0.2 may now reach aws_security_group.web on TCP 22",
    ],
    ["split into the same set", group(tcp(22, "0.0.0.0/0")), group(tcp(22, "0.0.0.0/1"), tcp(22, "128.0.0.0/1")), 0],
    [
      "reordered",
      group(tcp(22, "10.0.0.0/8"), tcp(80, "10.0.0.0/8")),
      group(tcp(80, "10.0.0.0/8"), tcp(22, "10.0.0.0/8")),
      0,
    ],
    [
      "a group renamed",
      { resource: { aws_security_group: { a: { ingress: [tcp(22, "81.2.69.0/24")] } } } },
      { resource: { aws_security_group: { b: { ingress: [tcp(22, "81.2.69.0/24")] } } } },
      0,
    ],
    [
      "a port range moved",
      group(tcp([8000, 8010], "10.0.0.0/8")),
      group(tcp([8005, 8015], "10.0.0.0/8")),
      1,
      "newly open: 10.0.0.0/8 may now reach aws_security_group.web on TCP 8011-8015",
      "no longer open: 10.0.0.0/8 may no longer reach aws_security_group.web on TCP 8000-8004",
    ],
    [
      "opened to some of Cloudflare",
      group(),
      group(tcp(443, "104.16.0.0/13", "198.41.192.0/24")),
      1,
      "newly violated: no-inbound: TCP 443 from 104.16.0.1 can reach aws_security_group.web",
      "newly open: 104.16.0.0/13 (Cloudflare), 198.41.192.0/24 (Cloudflare's tunnel edge) may now reach aws_security_group.web on TCP 443",
    ],
    [
      "opened to everybody",
      group(tcp(443, "10.0.0.0/8")),
      group(tcp(443, "0.0.0.0/0")),
      1,
      "newly violated: no-inbound: TCP 443 from 1.0.0.1 can reach aws_security_group.web",
      "newly open: every IPv4 address but 10.0.0.0/8 may now reach aws_security_group.web on TCP 443",
    ],
    [
      "NSG: priorities swapped",
      nsg(nsgRule("deny", 100, "Deny", "*"), nsgRule("allow", 200, "Allow", "22")),
      nsg(nsgRule("deny", 200, "Deny", "*"), nsgRule("allow", 100, "Allow", "22")),
      1,
      "newly violated: no-inbound: TCP 22 from 81.2.69.1 can reach azurerm_network_security_group.web",
      "newly open: 81.2.69.0/24 may now reach azurerm_network_security_group.web on TCP 22",
    ],
    [
      "Google: a rule's priority raised above a denial's",
      firewall(1000, 900),
      firewall(800, 900),
      1,
      "newly violated: no-inbound: TCP 22 from 81.2.69.1 can reach google_compute_instance.vm",
      "newly open: 81.2.69.0/24 may now reach google_compute_instance.vm on TCP 22",
    ],
    [
      "NetworkPolicy: its label changed, so that it selects no pod",
      manifests("web", "ClusterIP"),
      manifests("other", "ClusterIP"),
      1,
      "newly violated: default-deny: deployment/shop/web is open inbound and outbound: no NetworkPolicy selects it",
      "newly open: every address may now reach deployment/shop/web on any protocol; no rule: nothing filters it",
      "newly open: deployment/shop/web may now open any protocol to every address; no rule: nothing filters it",
    ],
    [
      "a service turned LoadBalancer",
      manifests("web", "ClusterIP"),
      manifests("web", "LoadBalancer"),
      1,
      "newly violated: no-inbound: TCP 80 from 1.0.0.1 can reach Service/shop/web through its LoadBalancer",
      "newly violated: cluster-ip-only: shop/web listens outside of the cluster at tcp 80 (LoadBalancer)",
      "newly open: every address may now reach service/shop/web on TCP 80, 30000-32767",
    ],
    [
      "another group let in",
      groups("${aws_security_group.other.id}"),
      groups("${aws_security_group.client.id}"),
      1,
      "newly open: aws_instance.client may now reach aws_instance.web on TCP 443",
      "no longer open: aws_security_group.other may no longer reach aws_instance.web on TCP 443",
    ],
    [
      "a block that became unknown",
      variable(`"10.0.0.0/8"`),
      variable("var.partner"),
      1,
      "newly violated: no-inbound (unknown: perhaps a widening): whether TCP 443 from 1.0.0.1 can reach aws_security_group.web can't be told: var.partner has no value",
      "newly open: perhaps every address may now reach aws_security_group.web on TCP 443: var.partner has no value",
      "no longer open: perhaps 10.0.0.0/8 may no longer reach aws_security_group.web on TCP 443: var.partner has no value",
    ],
    ["a block that stays unknown", variable("var.partner"), variable("var.partner"), 0],
    [
      "IAM: an action widened",
      role("s3:GetObject"),
      role("s3:*"),
      1,
      "newly granted: aws_iam_role.app now has s3:* on arn:aws:s3:::data/*",
    ],
    [
      "IAM: an action narrowed",
      role("s3:*"),
      role("s3:GetObject"),
      0,
      "no longer granted: aws_iam_role.app no longer has s3:* on arn:aws:s3:::data/*",
    ],
    [
      "a bucket's policy opened to everybody",
      bucketPolicy("arn:aws:iam::123456789012:root"),
      bucketPolicy("*"),
      1,
      "newly granted: anyone now has s3:GetObject on ${aws_s3_bucket.data.arn}/*",
      "no longer granted: arn:aws:iam::123456789012:root no longer has s3:GetObject on ${aws_s3_bucket.data.arn}/*",
    ],
    [
      "a bucket's public access block removed",
      bucket({ aws_s3_bucket_public_access_block: { data: BLOCK } }),
      bucket({}),
      1,
      "newly granted: anyone now has possible access (block_public_acls is off), possible access (block_public_policy is off), possible access (ignore_public_acls is off), possible access (restrict_public_buckets is off) on aws_s3_bucket.data",
    ],
    [
      "CORS: an origin added",
      cors("https://a.example"),
      cors("https://a.example", "https://*"),
      1,
      "newly granted: web origin https://* now has GET on aws_s3_bucket.data",
    ],
    [
      "Azure: a role assignment added",
      assignments("Reader"),
      assignments("Reader", "Owner"),
      1,
      "newly granted: azurerm_user_assigned_identity.app now has Owner on /subscriptions/1",
    ],
    [
      "Azure: a federated subject widened",
      credential("system:serviceaccount:a:b"),
      credential("system:serviceaccount:a:*"),
      1,
      "newly granted: system:serviceaccount:a:* of https://issuer now has the identity on azurerm_user_assigned_identity.app",
    ],
    [
      "Google: a bucket opened to all users",
      member("user:a@example.com"),
      member("allUsers"),
      1,
      "newly granted: anyone now has roles/storage.objectViewer on google_storage_bucket.data",
      "no longer granted: user:a@example.com no longer has roles/storage.objectViewer on google_storage_bucket.data",
    ],
    [
      "RBAC: a verb added",
      rbac("get"),
      rbac("get", "list"),
      1,
      "newly granted: whoever is bound to Role/shop/reader now has list on secrets *",
    ],
    [
      "a plan that replaces a bucket",
      plan({ bucket: "data" }, ["no-op"]),
      plan({ bucket: "data" }, ["delete", "create"], { replace_paths: [["bucket"]] }),
      0,
      "destroyed: DESTROYS A BUCKET: aws_s3_bucket.data is replaced (bucket)",
    ],
    [
      "a plan that deletes a bucket",
      plan({ bucket: "data" }, ["no-op"]),
      plan({}, ["delete"]),
      0,
      "destroyed: DESTROYS A BUCKET: aws_s3_bucket.data is removed",
      "no longer granted: anyone no longer has possible access (block_public_acls is off), possible access (block_public_policy is off), possible access (ignore_public_acls is off), possible access (restrict_public_buckets is off) on aws_s3_bucket.data",
      "no longer violated: encryption-in-transit: no policy denies requests without TLS (aws:SecureTransport false)",
    ],
    [
      "a key taken away",
      { resource: { ...key.resource, aws_sqs_queue: { a: {} } } },
      { resource: { aws_sqs_queue: { a: {} } } },
      0,
      "destroyed: DESTROYS A KEY: aws_kms_key.data is removed",
    ],
    [
      "an exception added",
      own,
      exception("2999-12-31"),
      1,
      "exceptions: the exception to flow-logs for aws_vpc.0 is added, until 2999-12-31: A laboratory.",
    ],
    [
      "an exception expired",
      exception("2999-12-31"),
      exception("2020-01-31"),
      1,
      "newly violated: flow-logs: the exception for aws_vpc.0 expired on 2020-01-31",
      "exceptions: the exception to flow-logs for aws_vpc.0 is shortened from 2999-12-31, until 2020-01-31: A laboratory.",
      "exceptions: the exception to flow-logs for aws_vpc.0 expired on 2020-01-31",
    ],
    [
      "an exception about to expire",
      exception(day(9)),
      exception(day(9)),
      0,
      "exceptions: the exception to flow-logs for aws_vpc.0 expires in 9 days, on " + day(9),
    ],
    [
      "an exception removed",
      exception("2999-12-31"),
      own,
      0,
      "exceptions: the exception to flow-logs for aws_vpc.0 is removed",
    ],
    [
      "our own: a bucket renamed",
      own,
      changed(({ infrastructure }) => {
        const [one] = find(infrastructure, "aws_s3_bucket", /metadata/);
        one.bucket = "another";
      }),
      1,
      'refused: package: replaces aws_s3_bucket.object-store_metadata_bucket_7A30C359, aws_s3_bucket_cors_configuration.object-store_metadata_cors_D48B5549, aws_s3_bucket_lifecycle_configuration.object-store_metadata_lifecycle_EB50364A, aws_s3_bucket_ownership_controls.object-store_metadata_ownership_0508AD59 and 4 more; no field explains it: this package makes other resources than before; loses the objects in it (aws_s3_bucket.object-store_metadata_bucket_7A30C359); if this is meant, `allow` it by name: {change: "package", reason, expires}',
      "destroyed: DESTROYS A BUCKET: aws_s3_bucket.object-store_metadata_bucket_7A30C359 is replaced (bucket)",
      // Rights follow the bucket, and pods still call the one that the deployment has.
      "newly violated: required-paths: it is not allowed s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, which it calls",
      "newly violated: required-paths: it is not allowed s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, which it calls",
      "newly violated: required-paths: it is not allowed s3:PutObject, which it calls",
    ],
    [
      "our own: another region of the control plane",
      own,
      synthesize({ region: "us-west-2" }),
      1,
      'refused: region us-east-2 -> us-west-2: in place; Operator, operator-proxy and lease worker restart, each new pod ready before the old one goes; running tasks go on. They speak to another control plane then; cuts The data plane leaves the control plane that knows its runs; the tunnel\'s token is of the old one until the operator has fetched another; instead: Make the new data plane beside this one, in a file and by a name of its own, move the work there, then destroy this one; if this is meant, `allow` it by name: {change: "region", reason, expires}',
    ],
    [
      "our own: Cloudflare's list refreshed",
      own,
      changed(({ infrastructure, workloads }) => {
        const [list] = find(infrastructure, "aws_ec2_managed_prefix_list", /ipv4/);
        list.entry.push({ cidr: "81.2.69.0/24" });
        list.max_entries++;
        for (const one of find(workloads, "kubernetes_network_policy_v1", /proxy/))
          for (const rule of one.spec.egress)
            if (rule.to?.some?.((to: Json) => to.ip_block?.cidr === "104.16.0.0/13"))
              rule.to.push({ ip_block: { cidr: "81.2.69.0/24" } });
      }),
      1,
      "newly violated: egress-allowlist: TCP 443 to 81.2.69.1 can leave aws_eks_node_group.node-pools_services_group_D46DB37A, aws_eks_node_group.node-pools_worker_group_8A5BB3A6",
      "newly violated: egress-allowlist: TCP 7844 to 81.2.69.1 can leave aws_eks_node_group.node-pools_services_group_D46DB37A, aws_eks_node_group.node-pools_worker_group_8A5BB3A6",
      "newly violated: egress-allowlist: UDP 7844 to 81.2.69.1 can leave aws_eks_node_group.node-pools_services_group_D46DB37A, aws_eks_node_group.node-pools_worker_group_8A5BB3A6",
      "newly violated: egress-allowlist: TCP 443 to 81.2.69.1 can leave deployment/union/union-operator-proxy",
      "newly violated: egress-allowlist: TCP 7844 to 81.2.69.1 can leave deployment/union/union-operator-proxy",
      "newly open: nodes, deployment/union/union-operator-proxy may now open TCP 443, 7844; UDP 7844 to 81.2.69.0/24",
    ],
    ["our own, as it is", own, own, 0],
    [
      "Google: a member added to a whole policy",
      wholePolicy("user:a@example.com"),
      wholePolicy("user:a@example.com", "allAuthenticatedUsers"),
      1,
      "newly violated: no-inbound: TCP 443 from 1.0.0.1 can reach google_storage_bucket_iam_policy.data",
      "newly open: every address may now reach google_storage_bucket_iam_policy.data on TCP 443",
      "newly granted: allAuthenticatedUsers now has roles/storage.objectViewer on data",
    ],
    [
      "a condition added",
      endpointPolicy("Allow", IN_ACCOUNT),
      endpointPolicy("Allow", { StringEquals: { ...IN_ACCOUNT.StringEquals, ...IN_ORGANIZATION.StringEquals } }),
      0,
      "no longer granted: anyone no longer has sqs:* on aws_sqs_queue.a, if aws:principalaccount stringequals 123456789012",
    ],
    [
      "another condition",
      endpointPolicy("Allow", IN_ACCOUNT),
      endpointPolicy("Allow", IN_ORGANIZATION),
      1,
      "newly granted: anyone now has sqs:* on aws_sqs_queue.a, if aws:principalorgid stringequals o-1",
      "no longer granted: anyone no longer has sqs:* on aws_sqs_queue.a, if aws:principalaccount stringequals 123456789012",
    ],
    [
      "a denial taken away",
      endpointPolicy("Deny", IN_ACCOUNT),
      endpointPolicy("Allow", IN_ACCOUNT),
      1,
      "newly granted: anyone now has sqs:* on aws_sqs_queue.a, if aws:principalaccount stringequals 123456789012",
      "newly granted: anyone is no longer denied sqs:* on aws_sqs_queue.a, if aws:principalaccount stringequals 123456789012",
    ],
    [
      "all actions but fewer",
      exceptActions("iam:*"),
      exceptActions("iam:Get"),
      1,
      "newly granted: aws_iam_user.a now has all but iam:Get on *",
      "no longer granted: aws_iam_user.a no longer has all but iam:* on *",
    ],
    [
      "rights of a kind that is not judged",
      directory("reader"),
      directory("admin"),
      1,
      "newly granted: perhaps somebody now has rights on azuread_directory_role_assignment.a: azuread_directory_role_assignment is not judged",
      "no longer granted: perhaps somebody no longer has rights on azuread_directory_role_assignment.a: azuread_directory_role_assignment is not judged",
    ],
  ];
