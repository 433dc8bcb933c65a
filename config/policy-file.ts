import * as z from "zod";
import { tagName } from "./azure/service-tags";
import { parseCidr } from "../packets/address-set";
import { protocolNumber } from "../packets/protocols";
import { exception } from "./deployment";
import { parseYaml, readSource } from "./yaml-source";
import { shown } from "./texts";

/** Sets of addresses that a policy may name, besides blocks, the clouds' own sets and resources. */
export const NAMED_PARTIES = [
  "internet",
  "cloudflare",
  "cloudflare-tunnel",
  "cloudflare-tunnel-us",
  "cloudflare-tunnel-fed",
] as const;

/** `aws:s3`, `azure:Storage.eastus`: a set of addresses that a cloud publishes. */
export const CLOUD_SET = /^(aws|google|azure|kubernetes):[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Names of the clouds' sets that may be written in several ways, by the cloud. */
const SET_NAMES: Readonly<Record<string, (set: string) => string>> = { azure: tagName };

/** The one name of a cloud's set, however it is written. */
export function cloudSet(name: string): string {
  const [cloud = "", set = ""] = name.split(":");
  return SET_NAMES[cloud]?.(set) ?? name;
}

/**
 * A resource's address (`aws_instance.web`, `module.a.aws_security_group.b["x"]`) or a workload
 * (`deployment/NAMESPACE/NAME`), with an optional trailing `*`.
 */
const RESOURCE =
  /^((module|data)\.[\w-]+(\[[^\]]+\])?\.)*[a-z]\w*\.([\w-]+(\[[^\]]+\])?)?\*?$|^[a-z]+\/[\w.*-]+\/[\w.*-]+$/;

const PARTIES =
  `a CIDR block, ${NAMED_PARTIES.join(", ")}, a cloud's set such as aws:s3 or azure:Storage.eastus, ` +
  "a resource's address, or a workload such as deployment/NAMESPACE/NAME";

const party = z
  .string()
  .superRefine((text, context) => {
    const fault = faultOfParty(text);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .meta({ description: `Who: ${PARTIES}.` });

function faultOfParty(text: string): string | undefined {
  const isName = (NAMED_PARTIES as readonly string[]).includes(text) || CLOUD_SET.test(text) || RESOURCE.test(text);
  if (isName) return undefined;
  if (!/^[\da-f.:]+(\/\d+)?$/i.test(text)) return `'${text}' names nobody (allowed: ${PARTIES})`;
  return faultOfCidr(text);
}

function faultOfCidr(text: string): string | undefined {
  try {
    parseCidr(text);
    return undefined;
  } catch (error) {
    return (error as RangeError).message;
  }
}

const cidr = z.string().superRefine((text, context) => {
  const fault = faultOfCidr(text);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

const PORT_RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;
const PORTS = 'a number from 0 to 65535, or a range such as "8000-8010"';

const quote = (value: unknown) => `'${shown(value)}'`;
const noPort = (value: unknown) => `${quote(value)} is no port (allowed: ${PORTS})`;

const port = z
  .union([z.number(), z.string()], { error: ({ input }) => noPort(input) })
  .superRefine((value, context) => {
    if (!readPorts(value)) context.addIssue({ code: "custom", message: noPort(value) });
  });

/** First and last port of `443` or `"8000-8010"`; undefined if it is neither. */
export function readPorts(value: number | string): readonly [first: number, last: number] | undefined {
  const [, first, last = first] = PORT_RANGE.exec(String(value)) ?? [];
  const [low, high] = [Number(first), Number(last)];
  return first !== undefined && low <= high && high <= 65535 ? [low, high] : undefined;
}

const noProtocol = (value: unknown) =>
  `${quote(value)} is no protocol (allowed: tcp, udp, icmp, any, or a number from 0 to 255)`;

const protocol = z
  .union([z.string(), z.number()], { error: ({ input }) => noProtocol(input) })
  .superRefine((value, context) => {
    if (value !== "any" && protocolNumber(value) === undefined) {
      context.addIssue({ code: "custom", message: noProtocol(value) });
    }
  })
  .describe("`tcp`, `udp`, `icmp`, `any`, or an IP protocol's number.");

const service = {
  protocol: protocol.default("tcp"),
  ports: z
    .union([port, z.array(port).min(1)], { error: ({ input }) => noPort(input) })
    .optional()
    .describe(`Destination ports: ${PORTS}, or a list of these; default: all.`),
};

/** Ports mean nothing without a protocol that has them. */
const withPorts = <T extends z.ZodObject<typeof service>>(schema: T) =>
  schema.superRefine((value, context) => {
    const { protocol: written, ports } = value as { protocol: string | number; ports?: unknown };
    if (ports === undefined || written === "any" || [6, 17, 33, 132, 136].includes(protocolNumber(written) ?? -1))
      return;
    context.addIssue({ code: "custom", path: ["ports"], message: `do not go with protocol '${written}'` });
  });

/** What is allowed in a system, as a reviewer writes it. */
export const policyFileSchema = z.strictObject({
  inside: z
    .array(cidr)
    .min(1)
    .optional()
    .describe("The own network's blocks, every other address is outside; default: all private addresses."),
  inbound: z
    .array(
      withPorts(
        z.strictObject({ from: party, ...service, reason: exception.shape.reason, expires: exception.shape.expires }),
      ),
    )
    .default([])
    .describe("Who may open connections from outside; each is a dated exception that every report lists."),
  outbound: z
    .array(withPorts(z.strictObject({ to: party, ...service })))
    .optional()
    .describe("What may leave; left out: what leaves is not judged. An empty list: nothing may."),
  required: z
    .array(withPorts(z.strictObject({ name: z.string().min(1).optional(), from: party, to: party, ...service })))
    .default([])
    .describe("Paths that must be open from end to end."),
  forbidden: z
    .array(
      withPorts(
        z.strictObject({
          id: z
            .string()
            .regex(/^[a-z][a-z\d]*(-[a-z\d]+)*$/, {
              error: ({ input }) =>
                `'${String(input)}' is no id (allowed: words of small letters and digits, joined by '-')`,
            })
            .describe("What findings and exceptions name it by."),
          reason: exception.shape.reason,
          from: party,
          to: party,
          ...service,
        }),
      ),
    )
    .superRefine((rows, context) => {
      rows.forEach(({ id }, index) => {
        if (rows.findIndex((other) => other.id === id) === index) return;
        context.addIssue({ code: "custom", path: [index, "id"], message: `'${id}' is taken (allowed: each id once)` });
      });
    })
    .default([])
    .describe("Paths that no one may open; each is an invariant of its own."),
  invariants: z
    .string()
    .min(1)
    .optional()
    .describe("A module of further invariants (`.ts`, `.js` or `.mjs`), its path from this file. It is run."),
  exceptions: z
    .array(exception)
    .default([])
    .describe("Named, reasoned, dated departures from an invariant; listed in every report."),
});

export type PolicyFile = z.output<typeof policyFileSchema>;

/** Reads a policy file. @throws ConfigError with every problem found */
export function loadPolicyFile(file: string): PolicyFile {
  return parsePolicyFile(readSource(file, "a policy's YAML file"), file);
}

/** Reads a policy from `source`, naming `file` in errors. @throws ConfigError */
export function parsePolicyFile(source: string, file: string): PolicyFile {
  return parseYaml(source, file, policyFileSchema, "'inside: [...]', 'outbound: [...]', ...").value;
}
