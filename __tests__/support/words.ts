/** What a user's editor shows of the public surface, and what it lacks. */
import { relative } from "node:path";
import ts from "typescript";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  strict: true,
  skipLibCheck: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  // What they are decides on no words.
  types: [],
};

/** Headings of the document, which a part's source is one of. */
const HEADINGS = [
  "Network architecture",
  "Outbound-only model",
  "Cloudflare Tunnel",
  "Direct gRPC connection",
  "Regional endpoints",
  "Egress configuration",
  "Communication paths",
  "Verification",
];
const SOURCE = new RegExp(`Document: ("(${HEADINGS.join("|")})"|none; \\w)`);
const UNIT = /\b(days?|hours|minutes|seconds|GiB|bytes|ports?|number|how many)\b/i;
const DEFAULT = /\b(default|left out|undefined|set where|without)\b/i;

/** One line for each thing that the exports of `entries`, and the properties of their types, do not say. */
export function unsaid(entries: readonly string[], root: string): string[] {
  const program = ts.createProgram(entries, OPTIONS);
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Node>();
  const complaints: string[] = [];
  const isOwn = (node: ts.Node) => !node.getSourceFile().fileName.includes("/node_modules/");
  const aliased = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /** Judges the words at a declaration; whether it is one of ours that was not judged before. */
  function judge(symbol: ts.Symbol, node: ts.Declaration, name: string, isExport: boolean): boolean {
    if (seen.has(node) || !isOwn(node)) return false;
    seen.add(node);
    const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll("\n", " ");
    const type = checker.getTypeOfSymbol(symbol);
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    const lacks = (what: string) => complaints.push(`${relative(root, file.fileName)}:${line + 1}: ${name}: ${what}`);
    if (words === "" && !(type.flags & ts.TypeFlags.Literal)) lacks("has no words");
    else if (!isExport && isOfNumbers(checker, type) && !UNIT.test(words)) lacks("names no unit, and is no count");
    else if (!isExport && ts.isPropertySignature(node) && node.questionToken && !DEFAULT.test(words))
      lacks("does not say what holds where it is left out");
    if (isExport && hasSource(checker, symbol, node) && !SOURCE.test(words))
      lacks("names no paragraph of the document");
    for (const body of bodiesOf(node)) {
      const documented = [body, node].some((one) =>
        ts.getJSDocTags(one).some(({ tagName }) => tagName.text === "throws"),
      );
      if (throws(body) && !documented) lacks("throws, and does not say what");
    }
    return true;
  }

  function properties(type: ts.Type, name: string): void {
    if (type.isUnion()) return type.types.forEach((one) => properties(one, name));
    for (const property of checker.getPropertiesOfType(type)) {
      const node = property.valueDeclaration;
      if (!node || !isPublic(node)) continue;
      const path = `${name}.${property.name}`;
      if (judge(property, node, path, false)) mentioned(node, path);
    }
  }

  /** The types that a declaration spells out or names. */
  function mentioned(node: ts.Node, name: string): void {
    ts.forEachChild(node, (child) => {
      if (ts.isBlock(child)) return;
      if (ts.isTypeLiteralNode(child)) properties(checker.getTypeAtLocation(child), name);
      else {
        const symbol = ts.isTypeReferenceNode(child) && checker.getSymbolAtLocation(child.typeName);
        if (symbol) ofType(aliased(symbol));
        mentioned(child, name);
      }
    });
  }

  function ofType(symbol: ts.Symbol): void {
    const [node] = symbol.declarations ?? [];
    if (!node || !(ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))) return;
    if (!judge(symbol, node, symbol.name, false)) return;
    mentioned(node, symbol.name);
    properties(checker.getDeclaredTypeOfSymbol(symbol), symbol.name);
  }

  const known = new Map<ts.Node, boolean>();
  /** Whether a function throws, or mentions one of ours that does, outside of a `try`. */
  function throws(node: ts.Node): boolean {
    const was = known.get(node);
    if (was !== undefined) return was;
    known.set(node, false);
    const visit = (child: ts.Node): boolean => {
      if (ts.isThrowStatement(child)) return true;
      if (ts.isTryStatement(child) && child.catchClause)
        return [child.catchClause, child.finallyBlock].some((part) => part !== undefined && visit(part));
      const symbol = ts.isIdentifier(child) ? checker.getSymbolAtLocation(child) : undefined;
      const called = symbol && aliased(symbol).valueDeclaration;
      if (called && isOwn(called) && bodiesOf(called, true).some(throws)) return true;
      return ts.forEachChild(child, visit) ?? false;
    };
    const found = ts.forEachChild(node, visit) ?? false;
    known.set(node, found);
    return found;
  }

  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`no module: ${entry}`);
    for (const symbol of checker.getExportsOfModule(module).map(aliased)) {
      const [node] = symbol.declarations ?? [];
      if (!node || !judge(symbol, node, symbol.name, true)) continue;
      if (!ts.isVariableDeclaration(node)) properties(checker.getDeclaredTypeOfSymbol(symbol), symbol.name);
      if (!ts.isClassDeclaration(node)) mentioned(node, symbol.name);
    }
  }
  return complaints;
}

/** Whether users see a declaration. What the deployment's schema infers has its words there, in `describe`. */
const isPublic = (node: ts.Declaration): boolean =>
  !ts.isPropertyAssignment(node) &&
  !ts.isShorthandPropertyAssignment(node) &&
  (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;

/** What does something for the document: functions, and classes that are no error. */
function hasSource(checker: ts.TypeChecker, symbol: ts.Symbol, node: ts.Declaration): boolean {
  if (ts.isFunctionDeclaration(node)) return true;
  if (!ts.isClassDeclaration(node)) return false;
  return !checker.getPropertyOfType(checker.getDeclaredTypeOfSymbol(symbol), "stack");
}

/** A number, several, or either where it is not left out. */
function isOfNumbers(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((one) => isOfNumbers(checker, one));
  if (checker.isArrayType(type))
    return checker.getTypeArguments(type as ts.TypeReference).some((one) => isOfNumbers(checker, one));
  return (type.flags & ts.TypeFlags.NumberLike) !== 0;
}

/** What runs where a declaration is called or made: of a class its constructor, whose methods are parts of their own. */
function bodiesOf(node: ts.Declaration, isCalled = false): readonly ts.SignatureDeclaration[] {
  if (ts.isClassDeclaration(node)) return node.members.filter(ts.isConstructorDeclaration);
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return [node];
  if (isCalled && ts.isVariableDeclaration(node) && node.initializer && ts.isFunctionLike(node.initializer))
    return [node.initializer];
  return [];
}
