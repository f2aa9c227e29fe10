/** An expression that cannot be compiled or evaluated, with its place in the recipe. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** The field in the recipe, such as `steps[1].input.topic`. */
  readonly path: string;
  readonly expression: string;
  readonly hint: string | undefined;

  constructor(path: string, expression: string, message: string, hint?: string) {
    super(message);
    this.path = path;
    this.expression = expression;
    this.hint = hint;
  }
}
