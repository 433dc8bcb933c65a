/** A real Kubernetes on loopback: API server with its controllers and scheduler, and nodes that kwok speaks for. */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { freePort } from "../ports";
import { Api, Refusal } from "./api";
import { type Program, programFolder } from "./programs";
import { ServiceNetwork } from "./service-network";

/** Most seconds that the API server may take to start. */
const START_SECONDS = 60;
const SERVICE_CIDR = "10.96.0.0/16";
/** Where nodes say that their kubelet listens: all of them at one address, which is nobody's. */
const NODE_ADDRESS = "192.0.2.1";
const KUBELET_PORT = 10250;

/**
 * Admission, authorization and quotas are as Kubernetes ships them. What is not real: nodes and containers, for which
 * kwok answers that they are ready and running, and the network.
 */
export class ControlPlane {
  private readonly processes: ChildProcess[] = [];
  private memory = 0;
  /** A program that has ended. */
  private ended: Program | undefined;

  private constructor(
    private readonly folder: string,
    readonly api: Api,
    /** Where the API server looks for what answers at a Service. */
    readonly network: ServiceNetwork,
    /** Port of loopback to which a port-forward to any port of any pod leads; nothing listens there by itself. */
    readonly forwardPort: number,
  ) {}

  /**
   * Starts it on free ports.
   *
   * @param folder a folder of its own, emptied first: state, certificates, logs
   * @throws Error if a program ends, or the API server does not answer in time
   */
  static async start(folder: string): Promise<ControlPlane> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "certificates"), { recursive: true });
    const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
    const [kubelet, forwardPort] = [await freePort(), await freePort()];
    const [etcd, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    const token = randomBytes(16).toString("hex");
    writeFileSync(join(folder, "tokens.csv"), `${token},administrator,0,"system:masters"\n`, { mode: 0o600 });
    writeServiceAccountKey(join(folder, "service-accounts.key"));
    const certificate = join(folder, "certificates/apiserver.crt");
    const network = await ServiceNetwork.start();
    writeFileSync(join(folder, "egress.yaml"), stringify(network.configuration));
    network.route(`${NODE_ADDRESS}:${KUBELET_PORT}`, kubelet);
    writeFileSync(join(folder, "kwok.yaml"), stringify(forwardsTo(forwardPort)));
    const api = new Api(`https://127.0.0.1:${secure}`, certificate, token);
    const plane = new ControlPlane(folder, api, network, forwardPort);
    const kubeconfig = plane.writeKubeconfig();
    try {
      plane.run("etcd", [
        ...["--data-dir", "etcd", "--log-level", "error", "--unsafe-no-fsync"],
        ...["--listen-client-urls", etcd, "--advertise-client-urls", etcd],
        ...[
          "--listen-peer-urls",
          peers,
          "--initial-advertise-peer-urls",
          peers,
          "--initial-cluster",
          `default=${peers}`,
        ],
      ]);
      plane.run("kube-apiserver", [
        `--etcd-servers=${etcd}`,
        "--cert-dir=certificates",
        "--bind-address=127.0.0.1",
        `--secure-port=${secure}`,
        `--service-cluster-ip-range=${SERVICE_CIDR}`,
        "--service-account-key-file=service-accounts.key",
        "--service-account-signing-key-file=service-accounts.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=RBAC",
        "--token-auth-file=tokens.csv",
        "--egress-selector-config-file=egress.yaml",
        // Every cloud's lets Pod Security say who may be privileged, and not a flag.
        "--allow-privileged",
      ]);
      await plane.answers(certificate);
      plane.run("kube-controller-manager", [
        `--kubeconfig=${kubeconfig}`,
        "--use-service-account-credentials",
        "--service-account-private-key-file=service-accounts.key",
        `--root-ca-file=${certificate}`,
        "--leader-elect=false",
        "--secure-port=0",
      ]);
      plane.run("kube-scheduler", [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0"]);
      // As a kubelet does; by itself kwok may let more seconds pass than the controllers wait for.
      plane.run("kwok", [
        `--kubeconfig=${kubeconfig}`,
        "--manage-all-nodes",
        "--node-lease-duration-seconds=40",
        // It speaks for every node's kubelet too.
        ...[`--node-ip=${NODE_ADDRESS}`, `--node-port=${KUBELET_PORT}`],
        ...[`--server-address=127.0.0.1:${kubelet}`, "--config=kwok.yaml"],
        ...["--tls-cert-file=certificates/apiserver.crt", "--tls-private-key-file=certificates/apiserver.key"],
      ]);
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Ends every process, and waits until it has ended. */
  async stop(): Promise<void> {
    this.api.close();
    // The state's keeper goes last, so that the others have no one to complain of.
    for (const process of [...this.processes].reverse()) {
      this.memory = Math.max(this.memory, this.peakMemory());
      if (process.pid === undefined || process.exitCode !== null || process.signalCode !== null) continue;
      const ended = once(process, "exit");
      process.kill("SIGKILL");
      await ended;
    }
    await this.network.stop();
  }

  /** Most memory that the running processes had together, each at its own peak, in MiB. Linux alone tells it; else 0. */
  peakMemory(): number {
    const peaks = this.processes.map(({ pid }) => {
      const status = `/proc/${pid ?? "none"}/status`;
      const [, kilobytes = "0"] = (existsSync(status) && /VmHWM:\s+(\d+)/.exec(readFileSync(status, "utf8"))) || [];
      return Number(kilobytes);
    });
    return Math.max(this.memory, Math.round(peaks.reduce((sum, peak) => sum + peak, 0) / 1024));
  }

  /** Path of a kubeconfig of the cluster's administrator. */
  get kubeconfig(): string {
    return join(this.folder, "kubeconfig");
  }

  private run(program: Program, args: readonly string[]): void {
    const child = spawn(join(programFolder(), program), args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(this.folder, `${program}.log`));
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.once("error", (error) => {
      log.write(String(error));
      this.ended = program;
    });
    child.once("exit", () => (this.ended = program));
    this.processes.push(child);
  }

  /** Waits until the API server does. @throws Error that names the log, once that is in vain */
  private async answers(certificate: string): Promise<void> {
    const deadline = Date.now() + START_SECONDS * 1000;
    for (;;) {
      if (this.ended !== undefined) throw new Error(`${this.ended} ended: see ${this.folder}/${this.ended}.log`);
      try {
        if (existsSync(certificate)) {
          await this.api.get("/readyz");
          return;
        }
      } catch (error) {
        if (Date.now() > deadline && error instanceof Refusal) throw error;
        // What was read of the certificate may have been a part of it.
        this.api.close();
      }
      if (Date.now() > deadline)
        throw new Error(`kube-apiserver does not answer: see ${this.folder}/kube-apiserver.log`);
      await sleep(100);
    }
  }

  private writeKubeconfig(): string {
    const { url, certificate, token } = this.api;
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "stand-in", cluster: { server: url, "certificate-authority": certificate } }],
      users: [{ name: "administrator", user: { token } }],
      contexts: [{ name: "stand-in", context: { cluster: "stand-in", user: "administrator" } }],
      "current-context": "stand-in",
    };
    writeFileSync(this.kubeconfig, stringify(config), { mode: 0o600 });
    return this.kubeconfig;
  }
}

/** What kwok does with a port-forward to whatever port of whatever pod. */
const forwardsTo = (port: number) => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "ClusterPortForward",
  metadata: { name: "all" },
  spec: { forwards: [{ target: { address: "127.0.0.1", port } }] },
});

function writeServiceAccountKey(file: string): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
}
