/** Tries from inside, against real servers on loopback. */
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { createServer as createTls } from "node:tls";
import { preflight } from "../../preflight/check";
import { endsOf, inside, type Ends } from "../../preflight/inside";
import { AddressSet } from "../../packets/address-set";
import { awsDeployment } from "../support/deployments";
import { scratchFolder } from "../support/scratch";

const scratch = scratchFolder();
const HOST = "127.0.0.1";
const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => close()));

async function listening(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

let ends: Ends;
beforeAll(async () => {
  const [key, certificate] = [scratch("key.pem"), scratch("certificate.pem")];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1"];
  execFileSync("openssl", [...made, "-subj", "/CN=control-plane", "-addext", `subjectAltName=IP:${HOST}`], {
    stdio: "ignore",
  });
  const authorities = readFileSync(certificate, "utf8");
  const tls = await listening(createTls({ key: readFileSync(key), cert: authorities, ALPNProtocols: ["h2"] }));
  const edge = await listening(createTcp((socket) => socket.end()));
  ends = {
    edge: [
      { host: HOST, port: edge },
      { host: "localhost", port: edge },
    ],
    edgeAddresses: AddressSet.ofCidr("127.0.0.0/8"),
    protocols: ["tcp"],
    controlPlane: { host: HOST, port: tls },
    // No connection comes about with the broadcast address, on any machine.
    outside: { host: "255.255.255.255", port: 443 },
    authorities,
    patience: 300,
  };
});

const look = async (other: Partial<Ends> = {}) =>
  (await preflight({ inside: inside({ ...ends, ...other }) })).map(({ status, found }) => `${status} ${found}`);

test("both regions of the edge and the control plane answer, and nothing outside does", async () => {
  expect(await look()).toEqual([
    "ok 127.0.0.1 answers",
    "ok 127.0.0.1 answers",
    "ok answers, with a certificate that is trusted",
    expect.stringMatching(/^ok is closed \(/),
  ]);
});

test("one region that is closed, by its address", async () => {
  const closed = createTcp();
  const port = await listening(closed);
  closed.close();
  const edge = [ends.edge[0], { host: HOST, port }] as Ends["edge"];
  expect((await look({ edge })).slice(0, 2)).toEqual(["ok 127.0.0.1 answers", "fails 127.0.0.1: ECONNREFUSED"]);
});

test("a name that leads to none of the edge's addresses, and one that leads nowhere", async () => {
  const edgeAddresses = AddressSet.ofCidr("198.41.192.0/24");
  const edge = [
    { host: "localhost", port: 1 },
    { host: "region1.invalid", port: 1 },
  ] as const;
  expect((await look({ edge, edgeAddresses })).slice(0, 2)).toEqual([
    "fails its name leads to 127.0.0.1, which is none of the edge's",
    "fails its name is not resolved",
  ]);
});

test("whoever ends TLS on the way is seen by the certificate", async () => {
  const { authorities, ...without } = ends;
  const lines = (await preflight({ inside: inside(without) })).map(({ status, found }) => `${status} ${found}`);
  expect(authorities).toContain("CERTIFICATE");
  expect(lines[2]).toBe("fails DEPTH_ZERO_SELF_SIGNED_CERT");
});

test("an address that must stay closed and answers; one that refuses is no proof", async () => {
  const open = ends.edge[0] as Ends["outside"];
  expect((await look({ outside: open }))[3]).toBe("fails answers");
  const refused = createTcp();
  const port = await listening(refused);
  refused.close();
  expect((await look({ outside: { host: HOST, port } }))[3]).toMatch(/^unknown is refused/);
});

test("an edge by QUIC is asked for its versions", async () => {
  const server = createSocket("udp4", (datagram, { port, address }) => {
    // A packet as RFC 9000 has it, or no answer.
    if (datagram.length === 1200 && datagram[0] === 0xc0) server.send("versions", port, address);
  });
  closing.push(() => server.close());
  server.bind(0, HOST);
  await once(server, "listening");
  const edge = [{ host: HOST, port: server.address().port }];
  const silent = createSocket("udp4");
  closing.push(() => silent.close());
  silent.bind(0, HOST);
  await once(silent, "listening");
  expect((await look({ edge, protocols: ["udp"] }))[0]).toBe("ok 127.0.0.1 answers");
  const nobody = [{ host: HOST, port: silent.address().port }];
  expect((await look({ edge: nobody, protocols: ["udp"] }))[0]).toBe("fails 127.0.0.1: no answer");
});

test("what is tried is what the deployment's data says", () => {
  const { edge, edgeAddresses, protocols, controlPlane } = endsOf(
    awsDeployment({ egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, tunnel: { protocol: "http2" } }),
  );
  expect(edge).toEqual([
    { host: "us-region1.v2.argotunnel.com", port: 7844 },
    { host: "us-region2.v2.argotunnel.com", port: 7844 },
  ]);
  expect(AddressSet.ofCidrs(["198.41.218.1/32", "198.41.219.1/32"]).isSubsetOf(edgeAddresses)).toBe(true);
  expect([protocols, controlPlane]).toEqual([["tcp"], { host: "acme.hosted.unionai.cloud", port: 443 }]);
});
