/** Loaded before a child's own code: a child that is not in our group would outlive our death by SIGKILL, and keep its port. */
const parent = process.ppid;
const lookEveryMs = 250;

const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  process.kill(process.pid, "SIGTERM");
}, lookEveryMs);
watch.unref();
