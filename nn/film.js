"use strict";
const film = JSON.parse(document.getElementById("film").textContent);
const [slider, button, ground, said, now] = ["frame", "play", "ground", "said", "now"].map(id => document.getElementById(id));
let timer = null;

function show(i) {
  const [epoch, text, picture, x, y] = film[i];
  slider.value = i;
  slider.setAttribute("aria-valuetext", `epoch ${epoch}, loss ${text}`);
  ground.setAttribute("href", "data:image/png;base64," + picture);
  now.setAttribute("cx", x);
  now.setAttribute("cy", y);
  said.textContent = `epoch ${epoch} · loss ${text}`;
}

function stop() {
  clearInterval(timer);
  timer = null;
  button.textContent = "Play";
}

function play() {
  if (timer !== null) return stop();
  if (+slider.value === film.length - 1) show(0);
  button.textContent = "Stop";
  timer = setInterval(() => {
    if (+slider.value === film.length - 1) return stop();
    show(+slider.value + 1);
  }, 150);
}

slider.max = film.length - 1;
slider.addEventListener("input", () => { stop(); show(+slider.value); });
button.addEventListener("click", play);
document.getElementById("controls").hidden = false;
show(film.length - 1);
