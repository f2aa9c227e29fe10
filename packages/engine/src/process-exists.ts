/** Whether a process has that number, of whichever user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs as another user than we do.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
