/** What the page shows, as plain data: nothing in it knows how it is drawn. */

/** What became of an invariant in one system. */
export type InvariantState = "holds" | "excepted" | "known" | "violated" | "unknown" | "not asked";

/** A control as a report shows it. */
export interface ControlRow {
  readonly framework: string;
  /** As the framework numbers it. */
  readonly id: string;
  /** What it asks for, in words of our own. */
  readonly title: string;
  /** That of the invariant that holds least. */
  readonly state: InvariantState;
  /** Invariants that are its evidence, by their ids. */
  readonly invariants: readonly string[];
  /** What of it they do not show. */
  readonly notCovered: string;
  /** Where its number and text were read. */
  readonly source: string;
}

/** What became of a path: proved open, open though it must not be, closed, not known, or why nothing is proved of it. */
export type PathState = "open" | "forbidden" | "closed" | "unknown" | "elsewhere" | "undeclared";

/** A rule, and where it is written: an index into the files of its system, and a line (0: the file as a whole). */
export interface RuleRow {
  readonly direction: "in" | "out";
  readonly resource: string;
  readonly file: number;
  readonly line: number;
}

/** A row of the document's communication table, or a further path. */
export interface PathRow {
  readonly path: string;
  readonly initiators: readonly string[];
  readonly protocol: string;
  readonly encryption: string;
  readonly state: PathState;
  /** Why it is not open, or what is to be known beside. */
  readonly notes: readonly string[];
  readonly rules: readonly RuleRow[];
}

/** A stage of a run's life. */
export interface RunStage {
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly what: string;
  /** Paths that it takes, by their names in the tables, and who opens each in this stage. */
  readonly hops: readonly { readonly path: string; readonly from: readonly string[] }[];
}

export interface Command {
  readonly text: string;
  /** The stack and its output that print it with every name filled in, where the text has a part that only the cloud knows. */
  readonly output: string;
}

/** One of the document's steps, with what its command must show. */
export interface Step {
  readonly text: string;
  readonly commands: readonly Command[];
  readonly expect: string;
}

export interface StepGroup {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface FindingRow {
  readonly invariant: string;
  readonly status: "violated" | "unknown";
  readonly resource: string;
  readonly file: number;
  readonly line: number;
  readonly message: string;
  /** The counterexample as text; empty without one. */
  readonly packet: string;
  readonly remedy: string;
}

export interface InvariantRow {
  readonly id: string;
  readonly title: string;
  readonly paragraph: string;
  readonly state: InvariantState;
}

/** What an account shows of a deployment, judged in the place of what is written. */
export interface RunningSection {
  readonly verdict: "pass" | "fail";
  /** When the account was read, ISO 8601 in UTC. */
  readonly at: string;
  readonly invariants: readonly InvariantRow[];
  readonly findings: readonly RunningFinding[];
  /** Calls that told nothing, a line each: what they would have told is unknown. */
  readonly notTold: readonly string[];
  /** Whether it was compared with a state of Terraform's; without one the following lists are empty. */
  readonly compared: boolean;
  /** Resources in no state, by address and place. */
  readonly unmanaged: readonly string[];
  /** What may pass and may not by the state, in sentences. */
  readonly opened: readonly string[];
  /** What may pass by the state and no longer does. */
  readonly closed: readonly string[];
  /** What is to be known beside. */
  readonly notes: readonly string[];
}

/** A finding of the running account. */
export interface RunningFinding extends Omit<FindingRow, "file" | "line"> {
  /** The file of the collected folder, and the line. */
  readonly place: string;
}

/** What flow logs of a deployment show, question by question. */
export interface FlowsSection {
  readonly verdict: "pass" | "violated" | "unknown";
  /** How much of them was read. */
  readonly coverage: string;
  readonly questions: readonly FlowQuestion[];
}

export interface FlowQuestion {
  readonly id: string;
  /** What is true where it is answered well. */
  readonly holds: string;
  readonly paragraph: string;
  readonly verdict: "pass" | "violated" | "unknown";
  /** Why it is unknown, where that is so of every question; else empty. */
  readonly reason: string;
  /** All flows of each standing. */
  readonly totals: readonly {
    readonly standing: string;
    readonly text: string;
    readonly flows: number;
    readonly records: number;
    readonly bytes: number;
  }[];
  /** Those that show most, of what is not fine. */
  readonly flows: readonly {
    readonly standing: string;
    readonly text: string;
    readonly records: number;
    readonly bytes: number;
  }[];
}

export interface ExceptionRow {
  readonly id: string;
  readonly resource: string;
  readonly reason: string;
  readonly expires: string;
  readonly state: string;
}

export interface AssumptionRow {
  readonly id: string;
  readonly assumed: string;
  readonly otherwise: string;
  readonly check: string;
  readonly field: string;
  readonly paragraph: string;
}

export interface DestinationRow {
  readonly name: string;
  readonly blocks: readonly string[];
  readonly services: string;
  readonly from: readonly string[];
  readonly status: "allowed" | "unknown";
  readonly rules: readonly RuleRow[];
}

/** A drawing's shape by its index, with what differs between deployments of that shape, in the shape's order. */
export interface Topology {
  readonly shape: number;
  readonly subtitles: readonly string[];
  readonly states: readonly PathState[];
}

/** One deployment, or all that belongs to none. */
export interface SystemPage {
  readonly name: string;
  readonly verdict: "pass" | "fail";
  readonly cloud: string;
  /** Control-plane region; empty for what is no deployment, as the cloud is. */
  readonly region: string;
  /** Ids of the invariants that do not hold. */
  readonly unheld: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly files: readonly string[];
  readonly findings: readonly FindingRow[];
  /** Those that a baseline knows; empty without one. */
  readonly known: readonly FindingRow[];
  readonly topology: Topology;
  /** The document's table; empty for what is no deployment. */
  readonly paths: readonly PathRow[];
  readonly furtherPaths: readonly PathRow[];
  /** By which of these paths a run goes through its life; empty for what is no deployment. */
  readonly run: readonly RunStage[];
  readonly steps: readonly StepGroup[];
  readonly invariants: readonly InvariantRow[];
  /** Controls of frameworks, with what these invariants show of each; empty for what is no deployment. */
  readonly controls: readonly ControlRow[];
  /** What runs, where an account was given. */
  readonly running?: RunningSection;
  /** What passed, where flow logs were given. */
  readonly flows?: FlowsSection;
  readonly exceptions: readonly ExceptionRow[];
  /** What it takes for granted of what others run; empty for what is no deployment. */
  readonly assumptions: readonly AssumptionRow[];
  readonly destinations: readonly DestinationRow[];
}

export interface Page {
  readonly verdict: "pass" | "fail";
  /** YYYY-MM-DD: the day that exceptions are judged by. */
  readonly today: string;
  /** What a reader should know beside the verdict. */
  readonly warnings?: readonly string[];
  /** What lies in the input, was not read and can't matter. */
  readonly notRead?: readonly string[];
  readonly judged: { readonly rules: number; readonly endpoints: number };
  readonly systems: readonly SystemPage[];
  readonly shapes: readonly Drawing[];
}

// ---------------------------------------------------------------- drawing

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A graph with its layout; all lengths in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** In the order of {@link Topology.subtitles}; `frame` holds others. */
  readonly nodes: readonly (Box & { readonly title: string; readonly frame: boolean })[];
  /** In the order of {@link Topology.states}; points from the initiator on. */
  readonly arrows: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    readonly label: Box & { readonly lines: readonly string[] };
  }[];
}
