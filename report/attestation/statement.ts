/**
 * What was judged and what came of it, as an in-toto statement: https://in-toto.io/Statement/v1 with the predicate
 * https://in-toto.io/attestation/test-result/v0.1, an invariant of a deployment being a test.
 */
import { z } from "zod";
import type { Report } from "../../verification/verify";
import type { InvariantRow, Page } from "../html/model";
import { reportedWith } from "../page-json";

/** Who signs in-toto statements says so by this type. */
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT = "https://in-toto.io/Statement/v1";
const TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1";
/** The report in full, a field of ours in the predicate: in-toto asks that such a name is a URI. */
const REPORT = "urn:dataplane:report:v1";

/** A file by its SHA-256, in hexadecimal digits. */
export interface Digested {
  readonly name: string;
  readonly sha256: string;
}

const digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const names = z.array(z.string());

/** What of a statement is read again; what else it may hold is let be, as in-toto asks. */
const schema = z.object({
  _type: z.literal(STATEMENT),
  subject: z.array(z.object({ name: z.string(), digest })).min(1),
  predicateType: z.literal(TEST_RESULT),
  predicate: z.object({
    result: z.enum(["PASSED", "WARNED", "FAILED"]),
    configuration: z.array(
      z.object({
        name: z.string(),
        digest: digest.optional(),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
    ),
    passedTests: names,
    warnedTests: names,
    failedTests: names,
  }),
});

export type Statement = z.infer<typeof schema>;

/** Of what a state of an invariant is a test's result; what nobody asked is none. */
const RESULTS: Readonly<Record<InvariantRow["state"], "passed" | "warned" | "failed" | undefined>> = {
  holds: "passed",
  excepted: "warned",
  known: "warned",
  violated: "failed",
  unknown: "failed",
  "not asked": undefined,
};

/** What a statement is made of. */
export interface Judged {
  readonly report: Report;
  readonly page: Page;
  /** Every file that was judged. */
  readonly input: readonly Digested[];
  /** What else the verdict rests on: policies, a baseline, lists of this package. */
  readonly configuration: readonly Digested[];
  /** Of this package. */
  readonly version: string;
}

/**
 * The statement of a report; a test is named `DEPLOYMENT/INVARIANT`, as it runs `DEPLOYMENT/running/INVARIANT`, and a
 * question of flow logs `DEPLOYMENT/flows/QUESTION`.
 */
export function statementOf({ report, page, input, configuration, version }: Judged): object {
  const tests = page.systems.flatMap(({ name, invariants, running, flows }) => [
    ...invariants.map(({ id, state }) => ({ name: `${name}/${id}`, result: RESULTS[state] })),
    ...(running?.invariants ?? []).map(({ id, state }) => ({ name: `${name}/running/${id}`, result: RESULTS[state] })),
    ...(flows?.questions ?? []).map(({ id, verdict }) => ({
      name: `${name}/flows/${id}`,
      result: verdict === "pass" ? ("passed" as const) : ("failed" as const),
    })),
  ]);
  const of = (result: string) => tests.filter((test) => test.result === result).map(({ name }) => name);
  const warned = of("warned");
  const passed = warned.length > 0 ? "WARNED" : "PASSED";
  return {
    _type: STATEMENT,
    subject: input.map(described),
    predicateType: TEST_RESULT,
    predicate: {
      result: page.verdict === "pass" ? passed : "FAILED",
      configuration: [
        { name: "dataplane", annotations: { version, day: page.today } },
        ...configuration.map(described),
      ],
      passedTests: of("passed"),
      warnedTests: warned,
      failedTests: of("failed"),
      [REPORT]: reportedWith(report, page),
    },
  };
}

const described = ({ name, sha256 }: Digested) => ({ name, digest: { sha256 } });

/** A statement of what this package judged. @throws Error that says in one line why a text is none */
export function readStatement(text: string): Statement {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("what is signed is no JSON");
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [{ path, message } = { path: [], message: "" }] = error.issues;
  throw new Error(`what is signed is no statement of a verdict: ${path.join(".")}: ${message}`);
}
