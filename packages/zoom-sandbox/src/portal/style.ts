/** The style sheet of the sandbox's pages: sand and teal, so that nobody takes them for Zoom's. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#26221b;--soft:#675f52;--line:#ddd6c8;--paper:#fffdf9;--back:#f6f1e7;--field:#fff;--accent:#0f6b64;--on:#fff;--tint:#e3efec;--sand:#f2c46b;--bad:#a8321f}
@media(prefers-color-scheme:dark){:root{--ink:#efe9dd;--soft:#b5ab9a;--line:#433d33;--paper:#24211c;--back:#191713;--field:#1d1a16;--accent:#5cc9bd;--on:#10211f;--tint:#1f3532;--sand:#b98a33;--bad:#ff9985}}
*{box-sizing:border-box}html{scroll-padding-top:5rem}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
a{color:var(--accent);text-underline-offset:.15em}:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem;z-index:3}
.top{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;align-items:center;padding:.55rem 1.5rem;background:var(--paper);border-bottom:1px solid var(--line);position:relative;padding-top:calc(.55rem + 6px)}.top::before{content:"";position:absolute;inset:0 0 auto;height:6px;background:repeating-linear-gradient(135deg,var(--sand) 0 14px,#26221b 14px 28px)}
.brand{font-weight:700;color:var(--ink);text-decoration:none}.brand b{background:var(--sand);color:#26221b;border-radius:5px;padding:.05rem .45rem;margin-left:.3rem;font-size:.8rem}
.top nav{display:flex;flex-wrap:wrap;gap:.2rem;flex:1}.top nav a,.side a{padding:.35rem .7rem;border-radius:7px;color:var(--ink);text-decoration:none}.top nav a:hover,.side a:hover{background:var(--back);text-decoration:underline}
.top nav a[aria-current],.side a[aria-current]{background:var(--tint);color:var(--accent);font-weight:600}.who{display:flex;gap:.6rem;align-items:center;margin:0}
.frame{display:grid;grid-template-columns:14rem minmax(0,1fr);gap:1.5rem;max-width:90rem;margin:0 auto;padding:1.3rem 1.5rem}.frame.bare{display:block;max-width:60rem}
.side{display:flex;flex-direction:column}.side h2{font-size:.78rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);margin:1rem .7rem .2rem}.side h2:first-child{margin-top:.2rem}.side ul{list-style:none;margin:0;padding:0}.side a{display:block}
@media(max-width:52rem){.frame{display:block;padding:1rem}.top nav{order:3;flex-basis:100%}.who{margin-left:auto}.side{margin-bottom:1.2rem}.side h2{margin:.5rem .7rem 0}.side ul{display:flex;flex-wrap:wrap}}
h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0 1rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:0 0 .6rem}h3{font-size:1rem;margin:1rem 0 .2rem}h3:first-letter{text-transform:uppercase}
.head{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;justify-content:space-between;margin-bottom:1rem}.head h1{margin:0}.head .actions{margin:0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.2rem 1.4rem;margin-bottom:1.2rem;overflow-x:auto}.narrow{max-width:38rem;margin-inline:auto}.scroll{overflow-x:auto}
.tabs{display:flex;flex-wrap:wrap;gap:.3rem;border-bottom:2px solid var(--line);margin-bottom:1rem}.tabs a{padding:.45rem .9rem;color:var(--soft);text-decoration:none;border-bottom:3px solid transparent;margin-bottom:-2px}.tabs a:hover{color:var(--ink)}.tabs a[aria-current]{color:var(--accent);border-color:var(--accent);font-weight:600}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:.5rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}tbody th{font-weight:600}tbody tr:last-child>*{border-bottom:0}td form{margin:0}caption{text-align:left;color:var(--soft);padding-bottom:.5rem}
.matrix td:not(:first-child),.matrix th:not(:first-child){text-align:center;width:6rem}.matrix tbody tr:hover{background:var(--back)}
label{display:block;font-weight:600;margin:.8rem 0 .25rem}label.in{display:flex;gap:.5rem;align-items:baseline;font-weight:400;margin:.35rem 0}label small{font-weight:400;color:var(--soft)}
input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;padding:.45rem .6rem;border:1px solid var(--soft);border-radius:7px;background:var(--field);color:var(--ink);font:inherit}input[type=checkbox],input[type=radio]{accent-color:var(--accent);width:1.05rem;height:1.05rem;flex:none;vertical-align:middle}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:0 1.2rem}.search{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin-bottom:1rem}.search>div{flex:1 1 14rem}.search label{margin-top:0}
button,.button{font:inherit;display:inline-block;padding:.4rem .95rem;border:1px solid var(--soft);border-radius:7px;background:var(--field);color:var(--ink);cursor:pointer;text-decoration:none}button:hover,.button:hover{border-color:var(--ink)}
.primary{background:var(--accent)!important;border-color:var(--accent)!important;color:var(--on)!important;font-weight:600}.danger{color:var(--bad);border-color:var(--bad)}
.actions{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin-top:1.1rem}.inline{display:inline}.row{display:flex;flex-wrap:wrap;gap:.4rem}
.notice,.problem{padding:.7rem 1rem;border-radius:8px;background:var(--tint);border-left:4px solid var(--accent);margin:0 0 1.2rem}.problem{background:var(--paper);border:1px solid var(--bad);border-left-width:4px}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}li code,.soft,footer{color:var(--soft)}.tag{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 .6rem;font-size:.85rem;white-space:nowrap}
.scopes{margin:.2rem 0 .8rem;padding-left:1.2rem}.pick{margin-bottom:1.2rem;max-height:22rem;overflow:auto;border:1px solid var(--line);border-radius:8px;padding:.3rem .9rem}.pages{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;justify-content:space-between;margin-top:1rem}
summary{cursor:pointer;font-weight:600}details.card[open]>summary{margin-bottom:.6rem}fieldset{border:1px solid var(--line);border-radius:8px;margin:.8rem 0;padding:.3rem 1rem .7rem}legend{font-weight:600;padding:0 .3rem}dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.2rem;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{max-width:90rem;margin:1rem auto 2rem;padding:0 1.5rem;font-size:.85rem}
`;
