/** `dataplane mcp`: what judges, as tools for agents, by the Model Context Protocol. Its SDK is an optional package. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/server" with { "resolution-mode": "import" };
import { Command } from "commander";
import { z } from "zod";
import { version } from "../package.json";
import { InputError } from "../verification/input-error";
import { invariants } from "../verification/invariants";
import type { Answer } from "./answer";

const PACKAGE = "@modelcontextprotocol/server";
/** Bytes of an answer: that of ten thousand findings has less. */
const LONGEST = 2 ** 26;

const PATHS = z
  .array(z.string().min(1))
  .min(1)
  .describe("Files and folders: Terraform, a synth, a plan, a state, Kubernetes manifests, a collected account.");
const PARTY = z.string().min(1);

/**
 * A tool: a command of this command line, and its arguments from the tool's. None of them has a file written or code of
 * the input run.
 */
interface Tool<Input extends z.ZodType> {
  readonly description: string;
  readonly input: Input;
  readonly args: (input: z.infer<Input>) => readonly string[];
}

const tool = <Input extends z.ZodType>(description: string, input: Input, args: Tool<Input>["args"]) => ({
  ...{ description, input },
  args: args as Tool<z.ZodType>["args"],
});

const TOOLS: Readonly<Record<string, Tool<z.ZodType>>> = {
  verify: tool(
    "Judge whether anything outside can open a connection to what is written, and what may leave. Findings are violated or unknown, each with file, line, a packet and a remedy; without any the verdict is pass.",
    z.object({
      paths: PATHS,
      only: z
        .array(z.enum(invariants.map(({ id }) => id)))
        .min(1)
        .optional()
        .describe("Invariants to judge by; default: all."),
    }),
    ({ paths, only }) => [...(only ? [`--only=${only.join(",")}`] : []), "--", ...paths],
  ),
  explain: tool(
    "Tell whether one packet is allowed, denied or unknown, and which rules decide.",
    z.object({
      paths: PATHS,
      from: PARTY.describe(
        "Where it starts: an IP address, internet, a set (cloudflare, aws:s3), a resource's address.",
      ),
      to: PARTY.describe("Where it goes, likewise."),
      protocol: PARTY.describe("tcp, udp, icmp or a number."),
      port: z.int().min(0).max(65_535).optional().describe("Destination port."),
    }),
    ({ paths, from, to, protocol, port }) => [
      ...[`--from=${from}`, `--to=${to}`, `--protocol=${protocol}`, ...(port === undefined ? [] : [`--port=${port}`])],
      ...["--", ...paths],
    ],
  ),
  diff: tool(
    "Tell what a change opens and closes: which packets may newly pass, and which no more.",
    z.object({
      before: z.string().min(1).describe("A file or folder, as it was."),
      after: z.string().min(1).describe("A file or folder, as it is to be."),
    }),
    ({ before, after }) => ["--", before, after],
  ),
};

/** `dataplane mcp` */
export function mcpCommand(answer: Answer): Command {
  return new Command("mcp")
    .description(
      "Serve verify, explain and diff to an agent, by the Model Context Protocol on standard input and output.",
    )
    .addHelpText(
      "after",
      "\nExit code: 0 when the agent has closed its end; 2, the protocol's package is not installed.",
    )
    .action(async () => {
      const [{ McpServer }, { serveStdio }] = await loaded();
      serveStdio(() => {
        const server = new McpServer({ name: "dataplane", version });
        for (const [name, { description, input, args }] of Object.entries(TOOLS)) {
          const annotations = { readOnlyHint: true, openWorldHint: false };
          server.registerTool(name, { description, inputSchema: input, annotations }, (asked: unknown) =>
            outcomeOf([name, "--format=json", ...args(asked)]),
          );
        }
        return server;
      });
      await once(process.stdin, "close");
      answer("", 0);
    });
}

/** @throws InputError if the package is not installed here */
async function loaded() {
  try {
    return await Promise.all([import("@modelcontextprotocol/server"), import("@modelcontextprotocol/server/stdio")]);
  } catch {
    throw new InputError(
      PACKAGE,
      0,
      `is not installed, and speaks the protocol: npm install --no-save ${PACKAGE}@2.4.0`,
    );
  }
}

/** A command's answer, of a process of its own: whatever an input does to it, the server goes on. */
function outcomeOf(args: readonly string[]): Promise<CallToolResult> {
  return new Promise((resolve) => {
    const program = [join(__dirname, "dataplane.js"), ...args];
    execFile(process.execPath, program, { maxBuffer: LONGEST }, (error, stdout, stderr) => {
      const text = stdout || stderr || (error?.message ?? "");
      resolve({ content: [{ type: "text", text }], isError: stdout === "" });
    });
  });
}
