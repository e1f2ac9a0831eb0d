/** The style of the page: light or dark as the reader's system is, cards instead of a table on a phone, and paper. */

const LIGHT = `--page:#fff;--panel:#f5f7f9;--line:#d5dbe1;--text:#1d2329;--quiet:#56616c;--link:#0b57a8;
--fail:#b3211b;--fail-bg:#fdecea;--warn:#805300;--warn-bg:#fdf3dc;--pass:#1b6b39;--pass-bg:#e8f5ec;
--unknown:#3a5a96;--unknown-bg:#eaf0fa;--off:#626c76;--off-bg:#f0f2f4;`;

const DARK = `--page:#15181c;--panel:#1d2227;--line:#39424b;--text:#e4e8ec;--quiet:#a2acb6;--link:#8ab8f5;
--fail:#ff938a;--fail-bg:#3c1e1d;--warn:#efbd64;--warn-bg:#35290f;--pass:#7ccf97;--pass-bg:#17301f;
--unknown:#a3bff5;--unknown-bg:#1e2a40;--off:#a2acb6;--off-bg:#262c33;`;

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
.fail{--ink:var(--fail);--tint:var(--fail-bg)}
.warn{--ink:var(--warn);--tint:var(--warn-bg)}
.pass{--ink:var(--pass);--tint:var(--pass-bg)}
.not-assessed{--ink:var(--unknown);--tint:var(--unknown-bg)}
.not-applicable,.waived{--ink:var(--off);--tint:var(--off-bg)}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem clamp(1rem,3vw,2.5rem);max-width:76rem;background:var(--page);color:var(--text);font:.9375rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,ul,ol{margin:0}
h1{font-size:1.5rem;line-height:1.3;margin-bottom:.25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem}
h3{font-size:inherit;margin-bottom:.25rem}
a{color:var(--link)}
code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;unicode-bidi:isolate}
ul,ol{padding:0;list-style:none}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.quiet{color:var(--quiet);font-weight:400}
.away,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.chip{display:inline-block;padding:0 .5em;border:1px solid var(--ink);border-radius:1em;background:var(--tint);color:var(--ink);font-size:.75rem;font-weight:600;line-height:1.5;white-space:nowrap;vertical-align:.1em}
h1 .chip{font-size:1rem;margin-left:.25em}
.counts,nav,.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.75rem}
.counts li{color:var(--ink,inherit)}
.counts b{font-size:1.2rem}
.first li{display:flex;gap:.75rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
.first .chip{align-self:start;min-width:4.75rem;text-align:center;flex:none;margin-top:.1rem}
#filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1rem;margin-top:2.5rem;padding:.6rem 0;background:var(--page);border-bottom:1px solid var(--line)}
#filter+section h2{margin-top:1.25rem}
label{white-space:nowrap}
input,button{font:inherit;color:inherit;accent-color:var(--link)}
input[type=search],button{background:var(--panel);border:1px solid var(--quiet);border-radius:6px;padding:.15rem .6rem}
input[type=search]{width:11rem}
button{cursor:pointer}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--panel)}
.picture{display:block;width:100%;min-width:50rem;padding:.5rem}
svg text{font:600 11.5px system-ui,sans-serif;fill:var(--text)}
.picture text{text-anchor:middle}
.picture .caption{text-anchor:start;font-weight:400;font-size:11px;fill:var(--quiet)}
.picture .big{font-size:15px}
.picture .version{font-weight:400;font-size:11px;fill:var(--quiet)}
.frame{fill:none;stroke:var(--quiet);stroke-dasharray:2 4}
.box rect{fill:var(--page);stroke:var(--quiet)}
.unused rect{fill:none;stroke:var(--line)}
.unused text{font-weight:400;fill:var(--quiet)}
.arrow polyline{fill:none;stroke:var(--ink);stroke-width:2}
.arrow polygon{fill:var(--ink)}
.arrow rect{fill:var(--tint);stroke:var(--ink)}
.arrow text{fill:var(--ink)}
.arrow.fail polyline{stroke-width:4}
.arrow.warn polyline{stroke-width:2.5;stroke-dasharray:9 4}
.arrow.not-assessed polyline{stroke-dasharray:3 4}
.arrow.not-applicable polyline{stroke-width:1;stroke-dasharray:1 5}
.arrow.not-applicable{--tint:var(--panel)}
.arrow.not-applicable rect{stroke:var(--line)}
.arrow.not-applicable polygon{opacity:.5}
.arrow.off{opacity:.15}
a.arrow:hover rect{stroke-width:2.5}
.legend{margin-bottom:1.25rem;font-size:.8125rem;color:var(--quiet)}
.legend li{display:flex;align-items:center;gap:.5rem}
.sample{width:64px;height:20px}
.sample text{text-anchor:middle}
table{width:100%;border-collapse:collapse}
thead th{padding:.35rem .5rem;border-bottom:2px solid var(--line);color:var(--quiet);font-size:.8125rem;font-weight:600;text-align:left;vertical-align:bottom}
.rows td,.rows tbody th{padding:.5rem .5rem .1rem;text-align:left;vertical-align:top;font-weight:400}
.rows thead th,.number{overflow-wrap:normal}
.rows td[data-label]{white-space:nowrap}
.rows tbody th{font-weight:600}
.rows tbody th code{display:block;color:var(--quiet);font-weight:400}
.rows tr+tr td{padding:0 .5rem .6rem 2.5rem}
.rows tbody{border-bottom:1px solid var(--line)}
.row:target{background:var(--panel)}
.number{width:2rem;color:var(--quiet);font-variant-numeric:tabular-nums}
.reason{color:var(--quiet);max-width:60rem}
summary{cursor:pointer;padding:.15rem 0;width:fit-content;max-width:100%}
.finding{margin:.75rem 0;padding:.1rem 0 .1rem .9rem;border-left:4px solid var(--ink)}
.finding.waived{border-left-style:dotted}
.finding.waived .chip{--ink:var(--off);--tint:var(--off-bg)}
.finding.not-assessed{border-left-width:2px}
.finding p,.evidence,.fix{max-width:60rem;margin-bottom:.4rem}
.evidence{padding-left:1rem;list-style:disc;font-size:.93em;color:var(--quiet)}
.evidence code{color:var(--text)}
.fix{padding:.5rem .75rem;border-radius:6px;background:var(--panel)}
.row:target .fix{background:var(--page)}
.fix p{margin:0}
.short{font-size:.93em}
.short li{padding:.1rem 0}
.timeline li,.axis{display:grid;grid-template-columns:12rem minmax(0,1fr) minmax(0,1fr);gap:0 1rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
.axis svg{grid-column:3}
.axis text{font-size:11px;font-weight:400;fill:var(--quiet);text-anchor:middle}
.when{font-variant-numeric:tabular-nums}
.ended .when,.ended text{color:var(--fail);fill:var(--fail);font-weight:700}
.bar line{stroke:var(--line)}
.bar rect{fill:var(--unknown);opacity:.45}
.bar circle{fill:var(--unknown)}
.tree ul{margin:.1rem 0 .25rem .4rem;padding-left:1.1rem;border-left:1px solid var(--line)}
.tree li{padding:.25rem 0}
.notes li{padding:.3rem 0;border-bottom:1px solid var(--line)}
footer{margin-top:3rem;color:var(--quiet);font-size:.8125rem}
@media (max-width:46rem){
.rows,.rows tbody,.rows tr,.rows td,.rows tbody th{display:block}
.rows thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.rows tbody{padding:.75rem 0}
.rows tr:first-child{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .75rem}
.rows td,.rows tbody th,.rows tr+tr td{padding:0}
.rows tbody th{flex:1 0 100%;order:1}
.rows td[data-label]{order:2;font-size:.875rem}
.rows td[data-label]::before{content:attr(data-label) ": ";color:var(--quiet)}
.rows tr+tr{margin-top:.35rem}
.number{width:auto}
#filter{position:static}
html{scroll-padding-top:.5rem}
.timeline li{grid-template-columns:minmax(0,1fr)}
.axis{display:none}
}
@media print{
body{max-width:none;padding:0;font-size:9.5pt}
nav,.skip,#filter{display:none!important}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow:visible}
.picture{min-width:0}
.finding,.picture,.timeline li{break-inside:avoid}
h2{break-after:avoid}
details.told::details-content{content-visibility:visible;block-size:auto}
a{color:inherit}
}
`;
