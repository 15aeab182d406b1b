/** Migrations are bundled as text (template.yaml: `Loader: [.sql=text]`). */
declare module '*.sql' {
  const statement: string;
  export default statement;
}
