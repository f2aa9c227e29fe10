/** The packed sandbox may be started by any Node; an old one would fail somewhere within, and not say why. */
export function checkNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 3)) return;
  throw new Error(`The Zoom sandbox needs Node 22.3 or newer; this is Node ${version}.`);
}
