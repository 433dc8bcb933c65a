import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyPaths } from "../../verification/verify";

/** Status and resource of each finding in a configuration whose `COUNT` is the text given. */
async function found(text: string, count: string, only: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "existence-"));
  try {
    await writeFile(join(folder, "main.tf"), `variable "n" {}\n${text.replaceAll("COUNT", count)}`);
    const { findings } = await verifyPaths([folder], { only: [only] });
    return findings.map(({ status, resource }) => `${status} ${resource}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const OPEN = 'ingress {\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n }';
const AWS_RULE = `
resource "aws_security_group" "certain" {}
resource "aws_vpc_security_group_ingress_rule" "open" {
  count = COUNT
  security_group_id = aws_security_group.certain.id
  ip_protocol = "-1"
  cidr_ipv4 = "0.0.0.0/0"
}`;
const GOOGLE_DENY = `
resource "google_compute_network" "main" {
  name = "main"
  auto_create_subnetworks = false
}
resource "google_compute_firewall" "open" {
  name = "open"
  network = google_compute_network.main.name
  source_ranges = ["0.0.0.0/0"]
  allow { protocol = "tcp" }
}
resource "google_compute_firewall" "deny" {
  count = COUNT
  name = "deny"
  priority = 10
  network = google_compute_network.main.name
  source_ranges = ["0.0.0.0/0"]
  deny { protocol = "all" }
}`;
const AZURE_ASSOCIATION = `
resource "azurerm_virtual_network" "main" {
  name = "main"
  address_space = ["10.0.0.0/16"]
}
resource "azurerm_subnet" "main" {
  name = "main"
  virtual_network_name = azurerm_virtual_network.main.name
  address_prefixes = ["10.0.0.0/24"]
}
resource "azurerm_network_security_group" "closed" {
  name = "closed"
}
resource "azurerm_subnet_network_security_group_association" "closed" {
  count = COUNT
  subnet_id = azurerm_subnet.main.id
  network_security_group_id = azurerm_network_security_group.closed.id
}
resource "azurerm_public_ip" "main" {
  name = "main"
  sku = "Basic"
  allocation_method = "Static"
}
resource "azurerm_network_interface" "main" {
  name = "main"
  ip_configuration {
    name = "main"
    subnet_id = azurerm_subnet.main.id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id = azurerm_public_ip.main.id
  }
}`;
const FLOW_LOG = `
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_flow_log" "main" {
  count = COUNT
  vpc_id = aws_vpc.main.id
  traffic_type = "ALL"
  log_destination_type = "s3"
  log_destination = "arn:aws:s3:::logs"
}`;

describe.each<[string, string, { readonly none: string[]; readonly one: string[]; readonly unknown: string[] }]>([
  [
    "an open group",
    `resource "aws_security_group" "open" {\n count = COUNT\n ${OPEN}\n}\nresource "aws_security_group" "closed" {}`,
    { none: [], one: ["violated aws_security_group.open[0]"], unknown: ["unknown aws_security_group.open"] },
  ],
  [
    "an open group beside one that is there",
    `resource "aws_security_group" "open" {\n count = COUNT\n ${OPEN}\n}\nresource "aws_security_group" "other" {\n ${OPEN}\n}`,
    {
      none: ["violated aws_security_group.other"],
      one: ["violated aws_security_group.open[0]", "violated aws_security_group.other"],
      unknown: ["unknown aws_security_group.open", "violated aws_security_group.other"],
    },
  ],
  [
    "an open rule",
    AWS_RULE,
    {
      none: [],
      one: ["violated aws_vpc_security_group_ingress_rule.open[0]"],
      unknown: ["unknown aws_vpc_security_group_ingress_rule.open"],
    },
  ],
  [
    "a rule that denies",
    GOOGLE_DENY,
    {
      none: ["violated google_compute_firewall.open"],
      one: [],
      unknown: ["unknown google_compute_firewall.deny", "unknown google_compute_firewall.open"],
    },
  ],
  [
    "what puts a filter in the way",
    AZURE_ASSOCIATION,
    {
      none: ["violated azurerm_network_interface.main"],
      one: [],
      unknown: ["unknown azurerm_network_interface.main"],
    },
  ],
])("%s", (_, text, { none, one, unknown }) => {
  test.each([
    ["0", none],
    ["1", one],
    ["var.n", unknown],
  ])("with count = %s", async (count, expected) => {
    expect((await found(text, count, "no-inbound")).sort()).toEqual(expected);
  });
});

test.each([
  ["0", ["violated aws_vpc.main"]],
  ["1", []],
  ["var.n", ["unknown aws_vpc.main"]],
])("what an invariant asks for, with count = %s", async (count, expected) => {
  expect(await found(FLOW_LOG, count, "flow-logs")).toEqual(expected);
});

test("what another resource names by its id is there", async () => {
  const text = `
    resource "aws_vpc" "main" {\n count = COUNT\n cidr_block = "10.0.0.0/16"\n}
    resource "aws_security_group" "open" {\n vpc_id = aws_vpc.main[0].id\n ${OPEN}\n}`;
  expect(await found(text, "var.n", "no-inbound")).toEqual(["violated aws_security_group.open"]);
});

describe("a packet to what may not be there", () => {
  const group = `resource "aws_security_group" "open" {\n ${OPEN}\n}`;
  const instance = (name: string, count = "") =>
    `resource "aws_instance" "${name}" {\n ${count}\n vpc_security_group_ids = [aws_security_group.open.id]\n associate_public_ip_address = true\n}`;
  const toward = async (text: string, count: string): Promise<string[]> => {
    const folder = await mkdtemp(join(tmpdir(), "existence-"));
    try {
      await writeFile(join(folder, "main.tf"), text.replaceAll("COUNT", count));
      const { findings } = await verifyPaths([folder], { only: ["no-inbound"] });
      return findings.map(({ status, counterexample }) => `${status} ${counterexample?.destination}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test.each([
    ["1", ["violated aws_instance.i[0]"]],
    ['terraform.workspace == "x" ? 1 : 0', ["violated aws_security_group.open"]],
  ])("gives way to one that is certain, with count = %s", async (count, expected) => {
    expect(await toward(`${group}\n${instance("i", "count = COUNT")}`, count)).toEqual(expected);
  });

  test("is told once beside it", async () => {
    const both = `${group}\n${instance("a", "count = COUNT")}\n${instance("b")}`;
    expect(await toward(both, 'terraform.workspace == "x" ? 1 : 0')).toEqual(["violated aws_instance.b"]);
  });
});
