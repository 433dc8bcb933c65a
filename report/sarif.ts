import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { place } from "../verification/crossings";
import { endOf } from "../verification/exceptions";
import { invariants } from "../verification/invariants";
import type { Finding, Location } from "../verification/model";
import type { Report } from "../verification/verify";

/** The report as SARIF 2.1.0, which code hosts show beside the lines that findings point to. */
export function renderSarif({
  verdict,
  findings,
  exceptions,
  assumptions = [],
  judged,
  warnings = [],
  notRead = [],
  baseline,
  invariants: own = [],
}: Report): string {
  const rules = [...invariants, ...own].map(({ id, title, paragraph, remedy }) => ({
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title} Document: ${paragraph}.` },
    help: { text: remedy },
  }));
  const excepted = exceptions.flatMap((exception) =>
    exception.findings.map((finding) => ({
      ...resultOf(finding),
      suppressions: [
        {
          kind: exception.location ? "inSource" : "external",
          justification: `${exception.reason} (until ${endOf(exception)})`,
        },
      ],
    })),
  );
  const results = [...findings.map(resultOf), ...excepted];
  const compared = baseline && [
    ...results.map((result) => ({ ...result, baselineState: "new" })),
    ...baseline.known.map((finding) => ({ ...resultOf(finding), baselineState: "unchanged" })),
    // What is gone lies nowhere but in the baseline.
    ...baseline.gone.map((finding) => ({
      ...resultOf({ ...finding, remedy: WRITE_AGAIN }),
      level: "none",
      baselineState: "absent",
    })),
  ];
  return sarifLog(rules, compared ?? results, {
    verdict,
    ...(baseline && { baseline: baseline.file }),
    judged,
    ...(warnings.length > 0 && { warnings }),
    ...(notRead.length > 0 && { notRead }),
    // Exceptions that cover nothing have no result of their own.
    exceptions: exceptions.map(({ id, resource, reason, expires, state, location }) => ({
      id,
      resource,
      reason,
      expires,
      state,
      ...(location && { location: place(location) }),
    })),
    // What others run has no place in the input that a result could point to.
    assumptions,
  });
}

const WRITE_AGAIN = "It is gone: write the baseline again.";

/** A log of one run of this tool, as text. */
export function sarifLog(rules: readonly object[], results: readonly object[], properties: object): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "dataplane", rules } }, results, properties }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** The finding as a result. */
export function resultOf({ invariant, status, resource, location, message, counterexample, remedy }: Finding) {
  return {
    ruleId: invariant,
    level: "error",
    message: { text: `${message} ${remedy}` },
    locations: [sarifLocation(resource, location)],
    properties: { status, ...(counterexample && { counterexample }) },
  };
}

/** Where a resource is written. */
export function sarifLocation(resource: string, { file, line }: Location) {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: Math.max(1, line) } },
    logicalLocations: [{ fullyQualifiedName: resource, kind: "resource" }],
  };
}

/** A relative path stays relative, as code hosts expect. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join("/");
}
