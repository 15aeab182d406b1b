/** asl-validator 4.0.0 carries no declarations. */
declare module 'asl-validator' {
  interface Options {
    readonly checkPaths: boolean;
    readonly checkArn: boolean;
  }
  interface Validity {
    readonly isValid: boolean;
    readonly errors: readonly { readonly Message: string }[];
  }
  /** Writes defaults into `definition`. */
  function validate(definition: object, options?: Options): Validity;
  export default validate;
}
