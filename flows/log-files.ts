import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../verification/input-error";
import { literal } from "./dialects/dialect";
import type { Engine } from "./engine";

/**
 * Files of the logs that are named: files, folders with all folders in them, and `s3://` with DuckDB's own extension.
 *
 * @throws InputError if one is missing or holds none, or S3 can't be read here
 */
export async function logFiles(engine: Engine, paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = path.startsWith("s3://") ? await objectsAt(engine, path) : filesAt(path);
    if (found.length === 0) throw new InputError(path, 0, "holds no file");
    files.push(...found);
  }
  return files;
}

function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new InputError(path, 0, "is not there");
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Objects of a bucket, by the credentials of the environment, which stay with DuckDB. */
async function objectsAt(engine: Engine, path: string): Promise<string[]> {
  try {
    await engine.run("LOAD httpfs");
  } catch {
    const remedy = "run `INSTALL httpfs` once in DuckDB, or copy the logs to a folder";
    throw new InputError(path, 0, `can't be read without DuckDB's extension httpfs (${remedy})`);
  }
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = process.env;
  const given = {
    KEY_ID: AWS_ACCESS_KEY_ID,
    SECRET: AWS_SECRET_ACCESS_KEY,
    SESSION_TOKEN: AWS_SESSION_TOKEN,
    REGION: AWS_REGION,
  };
  const settings = Object.entries(given).flatMap(([name, value]) => (value ? [`${name} ${literal(value)}`] : []));
  if (settings.length > 0) await engine.run(`CREATE OR REPLACE SECRET logs (TYPE s3, ${settings.join(", ")})`);
  const pattern = /[*?[]/.test(path) ? path : `${path.replace(/\/$/, "")}/**`;
  const rows = await engine.rows(`SELECT file FROM glob(${literal(pattern)}) ORDER BY file`);
  return rows.map(({ file }) => String(file));
}
