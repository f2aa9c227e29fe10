#!/usr/bin/env node
// Node keeps what it has compiled: the second start takes half the time of the first.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./command.ts");
