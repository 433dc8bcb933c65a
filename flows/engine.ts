/** DuckDB in this process: nothing of a log leaves the machine. It is an optional package, loaded when it is asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as DuckDB from "@duckdb/node-api";
import { InputError } from "../verification/input-error";
import { literal } from "./dialects/dialect";

const PACKAGE = "@duckdb/node-api";
/** What DuckDB may hold in memory; more than that goes to files beside it. */
const MEMORY_LIMIT = "600MB";

export interface Engine {
  /** @throws Error as DuckDB says it */
  run(statement: string): Promise<void>;
  /** Rows by their columns' names; dates and times as text, integers as numbers. */
  rows(statement: string): Promise<readonly Readonly<Record<string, Value>>[]>;
  close(): void;
}

export type Value = string | number | boolean | null;

/** @throws InputError if the package is not installed here */
export async function openEngine(): Promise<Engine> {
  const { DuckDBInstance } = await loaded();
  const spill = mkdtempSync(join(tmpdir(), "flows-"));
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    temp_directory: spill,
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  return {
    run: async (statement) => {
      await connection.run(statement);
    },
    rows: async (statement) => {
      const reader = await connection.runAndReadAll(statement);
      return reader
        .getRowObjectsJson()
        .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(spill, { recursive: true, force: true });
    },
  };
}

async function loaded(): Promise<typeof DuckDB> {
  try {
    return await import("@duckdb/node-api");
  } catch {
    throw new InputError(
      PACKAGE,
      0,
      `is not installed, and reads the logs: npm install --no-save ${PACKAGE}@1.5.6-r.1`,
    );
  }
}

/** Integers of more than 32 bits come as text. */
function plain(value: unknown): Value {
  if (typeof value === "string" && /^-?\d{1,15}$/.test(value)) return Number(value);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** A list of files, as DuckDB's readers take it. */
export const listOf = (files: readonly string[]): string => `[${files.map(literal).join(", ")}]`;
