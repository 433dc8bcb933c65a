/** For typedoc: a field whose type the schema infers has the words that the schema has of it, in `describe`. */
import { Comment, Converter } from "typedoc";
import ts from "typescript";

export function load({ converter }) {
  converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const declaration = context.getSymbolFromReflection(reflection)?.declarations?.[0];
    const words = declaration && described(declaration, context.checker);
    if (words !== undefined) reflection.comment ??= new Comment([{ kind: "text", text: words }]);
  });
}

/** What `describe` was called with, last in what a field or a variable is made of. */
function described(declaration, checker) {
  if (ts.isShorthandPropertyAssignment(declaration)) {
    const variable = checker.getShorthandAssignmentValueSymbol(declaration)?.valueDeclaration;
    return variable && described(variable, checker);
  }
  for (let made = declaration.initializer; made !== undefined; made = made.expression) {
    if (ts.isIdentifier(made)) {
      const symbol = checker.getSymbolAtLocation(made);
      const named = symbol?.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return named?.valueDeclaration && described(named.valueDeclaration, checker);
    }
    const [text] = ts.isCallExpression(made) && made.expression.name?.text === "describe" ? made.arguments : [];
    if (text !== undefined && ts.isStringLiteralLike(text)) return text.text;
  }
  return undefined;
}
