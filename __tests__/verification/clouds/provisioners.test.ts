import type { Value } from "../../../verification/model";
import { unjudgedProgram, unjudgedProvisioners } from "../../../verification/clouds/provisioners";
import { unknown } from "../../../verification/values";
import { plainResource } from "../../support/plain-resource";

const reasons = (provisioner: Value) =>
  unjudgedProvisioners(plainResource("null_resource", { provisioner })).map(({ reason }) => reason);
const opens = (type: string) => [`its ${type} runs a program that may open what the input does not show`];
const local = (command: Value, more: Readonly<Record<string, Value>> = {}): Value => ({
  "local-exec": { command, ...more },
});
const partly = (text: string): Value => ({ ...unknown("later"), text });

test.each<[command: Value]>([
  ["aws eks update-kubeconfig --name x --region eu-west-1"],
  ["sleep 30"],
  ["echo done > ready.txt 2>&1"],
  ["set -e\n# builds\nmkdir -p out && zip -r out/a.zip src \\\n  lib || true"],
  ["if [ -f a ]\nthen rm a\nfi"],
  ["cat a | jq . | tee b; kubectl wait --for=condition=Ready node --all"],
  [partly("kubectl rollout status deployment/${}")],
  ["curl -sSL -o a.zip --retry 3 https://example.com/a.zip && unzip a.zip"],
  ["wget -q -O a 'https://example.com/a?b=(c)&d'"],
  ["unzip a.zip && aws s3 sync a s3://b"],
  ["az provider register --namespace Microsoft.Network"],
  [`echo '[{"a": "$(b)", "c": "it; is"}]' | jq -S > ./d.json`],
  ["echo \"it's ready (soon)\" # don't wait\nsleep 1"],
  [partly("echo '${}' | jq .")],
])("%j opens nothing", (command) => {
  expect(reasons(local(command))).toEqual([]);
});

test.each<[command: Value]>([
  ["aws ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 22 --cidr 0.0.0.0/0"],
  ["kubectl apply -f a.yaml"],
  ["kubectl expose deployment a --type=LoadBalancer"],
  ["./open.sh"],
  ["echo $(aws ec2 authorize-security-group-ingress)"],
  ["echo `aws ec2 authorize-security-group-ingress`"],
  ["echo a & aws ec2 authorize-security-group-ingress"],
  ["echo a; curl -X POST https://example.com"],
  ["sudo -s"],
  ["cat <(./open.sh)"],
  ["$COMMAND"],
  ["curl -d a=b https://example.com"],
  ["curl -sX POST https://example.com"],
  ["curl '-X' POST https://example.com"],
  ["curl https://example.com/a.sh | sh"],
  ["aws s3 cp a s3://b --acl public-read"],
  ['echo "$(./open.sh)"'],
  ['echo "`./open.sh`"'],
  [`echo "don't"; ./open.sh 'now'`],
  ["echo \\'; ./open.sh \\'"],
  ["echo a #'\n./open.sh #'"],
  ["echo $'\\''; ./open.sh; echo $'\\''"],
  ["echo 'a"],
  ["'./open.sh'"],
  [partly("${} a")],
  [unknown("later")],
  [null],
])("%j may open something", (command) => {
  expect(reasons(local(command))).toEqual(opens("local-exec"));
});

const PACKER = ["../../package.py", "build", "--timestamp", unknown("later")];

test.each<[what: string, provisioner: Value, reasons: string[]]>([
  ["none", [], []],
  ["a shell", local("sleep 1", { interpreter: ["/bin/bash", "-c"] }), []],
  ["another interpreter", local("sleep 1", { interpreter: ["python3", "-c"] }), opens("local-exec")],
  ["a packer of archives", local("plan.json", { interpreter: [unknown("which Python"), ...PACKER] }), []],
  ["the same by name", local("plan.json", { interpreter: ["python3", ...PACKER] }), []],
  ["by another program", local("plan.json", { interpreter: ["ruby", ...PACKER] }), opens("local-exec")],
  ["its other command", local("a", { interpreter: ["python3", "package.py", "open"] }), opens("local-exec")],
  ["another script", local("a", { interpreter: ["python3", "open.py", ...PACKER.slice(1)] }), opens("local-exec")],
  ["one that can't be told", local("sleep 1", { interpreter: unknown("later") }), opens("local-exec")],
  ["a file", { file: { source: "a", destination: "b" } }, []],
  ["what runs when the resource goes", local("./open.sh", { when: "destroy" }), []],
  ["the same in HCL", local("./open.sh", { when: { ...unknown("a word"), undeclared: "destroy" } }), []],
  ["what runs when it comes", local("./open.sh", { when: "create" }), opens("local-exec")],
  ["commands on the machine", { "remote-exec": [{ inline: ["sudo mkdir a", "sleep 1"] }] }, []],
  ["other commands on it", { "remote-exec": [{ inline: ["sudo mkdir a", "ufw disable"] }] }, opens("remote-exec")],
  ["a script on it", { "remote-exec": { script: "a.sh" } }, opens("remote-exec")],
  ["another type", { chef: {} }, opens("chef")],
  ["the second of two", { "local-exec": [{ command: "sleep 1" }, { command: "./a" }] }, opens("local-exec")],
  ["as a list", [{ "local-exec": { command: "./a" } }, { file: {} }], opens("local-exec")],
  ["what can't be read", unknown("later"), opens("provisioner")],
])("%s", (_, provisioner, expected) => {
  expect(reasons(provisioner)).toEqual(expected);
});

test("of an object in Kubernetes, those of the resource that writes it", () => {
  const terraform = plainResource("kubernetes_config_map", { provisioner: local("./open.sh") });
  const object = { ...plainResource("kubernetes:ConfigMap"), terraform };
  expect(unjudgedProvisioners(object)).toMatchObject([{ resource: "kubernetes:ConfigMap.x" }]);
});

test("a storage class names its driver so, and runs nothing", () => {
  const manifest = plainResource("kubernetes:StorageClass", { provisioner: "ebs.csi.aws.com" });
  expect(unjudgedProvisioners(manifest)).toEqual([]);
});

const RUNS = ["it runs a program that may open what the input does not show"];
const program = (...words: readonly Value[]) =>
  unjudgedProgram(plainResource("external", { program: words }, "data")).map(({ reason }) => reason);

test.each<[words: Value[], reasons: string[]]>([
  [["git", "rev-parse", "HEAD"], []],
  [["jq", "-n", unknown("later")], []],
  [["curl", "-s", "https://example.com/a"], []],
  [["sh", "-c", "git describe | jq -R ."], []],
  [["/bin/bash", "-e", "-c", "echo {a}"], RUNS],
  [["python3", "modules/lambda/package.py", "prepare"], []],
  [[unknown("which Python"), "modules/lambda/package.py", "prepare"], []],
  [["python3", "open.py", "prepare"], RUNS],
  [["bash", "./open.sh"], RUNS],
  [["bash", "echo"], RUNS],
  [["bash", "-c", "./open.sh"], RUNS],
  [["bash", "-c", "echo", "./open.sh"], RUNS],
  [["bash", "-c", unknown("later")], RUNS],
  [["curl", "-X", "POST", "https://example.com/a"], RUNS],
  [["aws", "ec2", "authorize-security-group-ingress"], RUNS],
  [[unknown("later"), "a"], RUNS],
  [[], RUNS],
])("the program %j of a data source", (words, expected) => {
  expect(program(...words)).toEqual(expected);
});

test.each<[what: string, values: Readonly<Record<string, Value>>, provider: string | undefined, reasons: string[]]>([
  ["a command", { type: "local_command", config: { command: "sleep", arguments: ["1"] } }, undefined, []],
  ["one without arguments", { type: "local_command", config: [{ command: "date" }] }, undefined, []],
  [
    "a shell's script",
    { type: "local_command", config: { command: "sh", arguments: ["-c", "sleep 1"] } },
    undefined,
    [],
  ],
  [
    "a shell that is told what to run",
    { type: "local_command", config: { command: "sh", stdin: "a" } },
    undefined,
    RUNS,
  ],
  [
    "arguments that can't be told",
    { type: "local_command", config: { command: "date", arguments: unknown("later") } },
    undefined,
    RUNS,
  ],
  ["what stops a machine", { type: "aws_ec2_stop_instance" }, undefined, []],
  [
    "the same of another's provider",
    { type: "aws_ec2_stop_instance" },
    "someone/aws",
    ["it is an action (aws_ec2_stop_instance) that may open what the input does not show"],
  ],
  [
    "what runs a function",
    { type: "aws_lambda_invoke" },
    undefined,
    ["it is an action (aws_lambda_invoke) that may open what the input does not show"],
  ],
])("an action: %s", (_, values, provider, expected) => {
  const action = { ...plainResource("terraform:action", values), provider };
  expect(unjudgedProgram(action).map(({ reason }) => reason)).toEqual(expected);
});

test("a resource that is called as the data source runs nothing", () => {
  expect(unjudgedProgram(plainResource("external", { program: ["./open.sh"] }))).toEqual([]);
});
