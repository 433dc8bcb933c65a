/**
 * What a machine inside of the network reaches: both regions of the tunnel's edge, the control plane, and nothing else.
 * From anywhere else the answers say nothing of the network.
 */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { randomBytes } from "node:crypto";
import { addressesOf, controlPlaneHost, tunnelEdge, tunnelHosts } from "../config/control-plane";
import type { Deployment } from "../config/deployment";
import { egressOf, tunnelRegionOf } from "../config/egress";
import { AddressSet } from "../packets/address-set";
import { fails, holds, unknown, type Check } from "./check";

const EDGE_PORT = 7844;
const HTTPS = 443;
/** Quad9's resolver, which answers HTTPS to everybody, and which no data plane needs. */
const OUTSIDE = "9.9.9.9";
/** Milliseconds until a try without an answer has failed. */
const PATIENCE = 5_000;

/** A place that is tried. */
export interface End {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

/** What must answer, and what must not. */
export interface Ends {
  /** The tunnel's edge: each name leads to these addresses. */
  readonly edge: readonly End[];
  readonly edgeAddresses: AddressSet;
  readonly protocols: readonly ("tcp" | "udp")[];
  readonly controlPlane: End;
  readonly outside: End;
  /** Certificates to trust beside those that Node does. */
  readonly authorities?: string;
  /** Milliseconds. */
  readonly patience: number;
}

export function endsOf(deployment: Deployment): Ends {
  const region = tunnelRegionOf(deployment);
  return {
    edge: tunnelHosts(region).map((host) => ({ host, port: EDGE_PORT })),
    edgeAddresses: addressesOf(tunnelEdge(region)),
    protocols: egressOf(deployment).tunnelProtocols,
    controlPlane: { host: controlPlaneHost(deployment.tenant, deployment.region), port: HTTPS },
    outside: { host: OUTSIDE, port: HTTPS },
    patience: PATIENCE,
  };
}

const TRY = { tcp: tryTcp, udp: tryQuic } as const;

/** Tries from the machine that this runs on. */
export function inside(ends: Ends): readonly Check[] {
  const { edge, edgeAddresses, protocols, controlPlane, outside, authorities, patience } = ends;
  return [
    ...edge.flatMap(({ host, port }) =>
      protocols.map((protocol) => ({
        about: `${host} ${protocol.toUpperCase()} ${port}`,
        look: async () => {
          const address = await addressOf(host);
          if (address === undefined)
            return fails("its name is not resolved", "let the network's DNS answer for argotunnel.com");
          if (!AddressSet.ofCidr(address).isSubsetOf(edgeAddresses))
            return fails(
              `its name leads to ${address}, which is none of the edge's`,
              "see what answers for it in the DNS",
            );
          const failure = await TRY[protocol]({ host: address, port }, patience);
          return failure === undefined
            ? holds(`${address} answers`)
            : fails(`${address}: ${failure}`, `open ${protocol.toUpperCase()} ${port} to ${edgeAddresses}`);
        },
      })),
    ),
    {
      about: `control plane ${controlPlane.host} TLS ${controlPlane.port}`,
      look: async () => {
        const failure = await tryTls(controlPlane, patience, authorities);
        return failure === undefined
          ? holds("answers, with a certificate that is trusted")
          : fails(
              failure,
              "open TCP 443 to it, and let nothing on the way end its TLS; see dataplane firewall-request",
            );
      },
    },
    {
      about: `${outside.host} TCP ${outside.port}, which must stay closed`,
      look: async () => {
        const failure = await tryTcp(outside, patience);
        if (failure === undefined) return fails("answers", "egress is open: see dataplane audit");
        // Who refuses may be the other end, which then was reached.
        return failure === "ECONNREFUSED"
          ? unknown("is refused, by a firewall or by the other end", "see whose answer it is")
          : holds(`is closed (${failure})`);
      },
    },
  ];
}

async function addressOf(host: string): Promise<string | undefined> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    return undefined;
  }
}

function tryTcp({ host, port }: End, patience: number): Promise<string | undefined> {
  return outcomeOf(connectTcp({ host, port, timeout: patience }), "connect");
}

function tryTls({ host, port }: End, patience: number, authorities: string | undefined): Promise<string | undefined> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const trust = authorities === undefined ? {} : { ca: authorities };
  const options = { host, port, timeout: patience, minVersion: "TLSv1.2", ALPNProtocols: ["h2"] } as const;
  return outcomeOf(connectTls({ ...options, ...name, ...trust }), "secureConnect");
}

/** Why a connection does not come about; undefined where it does. */
function outcomeOf(socket: Socket, opened: "connect" | "secureConnect"): Promise<string | undefined> {
  return new Promise((done) => {
    const end = (failure?: string) => {
      socket.destroy();
      done(failure);
    };
    socket.once(opened, () => end());
    socket.once("timeout", () => end("no answer"));
    socket.once("error", ({ code, message }: NodeJS.ErrnoException) => end(code ?? message));
  });
}

/** Bytes of a datagram that a server of QUIC answers: https://www.rfc-editor.org/rfc/rfc9000#section-14.1 */
const INITIAL_BYTES = 1200;
/** A version that nobody has, so that the server tells those that it has (section 6). */
const NO_VERSION = 0x1a2a3a4a;

/** Asks a server of QUIC for its versions, which takes one datagram each way and opens no connection. */
function tryQuic({ host, port }: End, patience: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
    const end = (failure?: string) => {
      clearTimeout(late);
      socket.close();
      done(failure);
    };
    const late = setTimeout(() => end("no answer"), patience);
    socket.once("message", () => end());
    socket.once("error", ({ code, message }: NodeJS.ErrnoException) => end(code ?? message));
    const datagram = Buffer.alloc(INITIAL_BYTES);
    // A long header: its form, the version, and two connection ids of eight bytes.
    datagram.writeUInt8(0xc0, 0);
    datagram.writeUInt32BE(NO_VERSION, 1);
    datagram.writeUInt8(8, 5);
    randomBytes(8).copy(datagram, 6);
    datagram.writeUInt8(8, 14);
    randomBytes(8).copy(datagram, 15);
    socket.send(datagram, port, host);
  });
}
