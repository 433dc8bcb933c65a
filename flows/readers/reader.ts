import type { JudgedDeployment } from "../deployment";
import type { Engine } from "../engine";
import type { Scope } from "../scope";

/** What is read of logs, once it is asked for. */
export interface Reading {
  /** A SELECT of `FLOW_COLUMNS` from all files. */
  flow(scope: Scope): string;
  /** Sets that only the cloud knows, of which the logs say which address is in them. */
  readonly told: ReadonlySet<string>;
  /** Lines that were left out, since they could not be cut into fields; to be asked when the SELECTs have run. */
  rejected(): Promise<number>;
}

/** One cloud's formats, of the logs of a deployment. @throws InputError on a file that holds no flow log */
export type Reader = (engine: Engine, files: readonly string[], judged: JudgedDeployment) => Promise<Reading>;

/** Logs as a table where they lie. */
export interface StoredTable {
  /** Makes the table; left out where files are read as they are. */
  readonly statement?: string;
  /** A SELECT of `FLOW_COLUMNS` from it. */
  flow(scope: Scope): string;
  readonly told: ReadonlySet<string>;
}
