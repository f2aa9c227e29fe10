/** The style sheet of the sandbox's pages. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6575;--line:#d9dee6;--paper:#fff;--back:#f4f6f9;--accent:#0f766e;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a3adbd;--line:#323b48;--paper:#1a212b;--back:#11161d;--accent:#2dd4bf;--bad:#ff8a7a}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem}
.top{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;padding:.6rem 1.5rem;background:var(--paper);border-bottom:1px solid var(--line)}
.brand{font-weight:700;color:var(--accent)}nav{display:flex;flex-wrap:wrap;gap:.25rem;flex:1}a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
nav a{padding:.3rem .7rem;border-radius:6px;color:var(--ink)}nav a[aria-current]{background:var(--back);font-weight:600}
main{max-width:68rem;margin:1.5rem auto;padding:0 1.5rem}h1{font-size:1.5rem;margin:.2rem 0 1rem}h2{font-size:1.1rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.2rem 1.5rem;margin-bottom:1.2rem;overflow-x:auto}.narrow{max-width:36rem;margin-inline:auto}
table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:.5rem .6rem;border-bottom:1px solid var(--line);vertical-align:middle}th{color:var(--soft);font-size:.85rem}
label{display:block;font-weight:600;margin:.7rem 0 .2rem}label.in{display:inline-flex;gap:.4rem;align-items:center;font-weight:400;margin:.2rem .8rem .2rem 0}
input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;padding:.45rem .6rem;border:1px solid var(--line);border-radius:6px;background:var(--back);color:var(--ink);font:inherit}
button,.button{font:inherit;padding:.4rem .9rem;border:1px solid var(--line);border-radius:6px;background:var(--back);color:var(--ink);cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--paper);font-weight:600}button.danger{color:var(--bad);border-color:var(--bad)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}.actions{display:flex;gap:.6rem;margin-top:1rem}.inline{display:inline}
.notice,.problem{padding:.7rem 1rem;border-radius:8px;background:var(--paper);border-left:4px solid var(--accent)}.problem{border-color:var(--bad)}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}.soft,footer{color:var(--soft)}footer{max-width:68rem;margin:2rem auto;padding:0 1.5rem;font-size:.85rem}
summary{cursor:pointer;font-weight:600}.who{display:flex;gap:.6rem;align-items:center}fieldset{border:1px solid var(--line);border-radius:8px;margin:.8rem 0}
`;
