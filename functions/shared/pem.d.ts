/** Certificates are files beside the bundle (template.yaml: `Loader: [.pem=file]`); the import is the path, from the bundle's folder. */
declare module '*.pem' {
  const path: string;
  export default path;
}
