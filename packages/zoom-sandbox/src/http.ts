/** node:http without its import, which asks for every export of it: one of them loads the whole of fetch before it is wanted. */
export const http = process.getBuiltinModule("node:http");
