#!/usr/bin/env node
// By the whole module: where Node is too old for this name, the command must get to say so.
import * as nodeModule from "node:module";

// Node keeps what it has compiled: the second start takes half the time of the first.
if ("enableCompileCache" in nodeModule) nodeModule.enableCompileCache();
await import("./command.ts");
