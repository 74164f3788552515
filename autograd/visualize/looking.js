// Looking around: pan and zoom, by pointer and by keys.

const camera = { x: 0, y: 0, scale: 0 };

function look() {
  if (!camera.scale) return; // the frame of a notebook that is not shown yet has no size
  svg.setAttribute("viewBox", [camera.x, camera.y, stage.clientWidth / camera.scale, stage.clientHeight / camera.scale].join(" "));
}

function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.max(0.02, Math.min(8, camera.scale * factor));
  camera.x += x / camera.scale - x / scale;
  camera.y += y / camera.scale - y / scale;
  camera.scale = scale;
  look();
}

function move(x, y) {
  camera.x += x * stage.clientWidth / camera.scale / 5;
  camera.y += y * stage.clientHeight / camera.scale / 5;
  look();
}

// All of it, in the middle.
function whole() {
  const [width, height] = scenes[here].size;
  camera.scale = Math.min(stage.clientWidth / width, stage.clientHeight / height, 1.5);
  camera.x = (width - stage.clientWidth / camera.scale) / 2;
  camera.y = (height - stage.clientHeight / camera.scale) / 2;
  look();
}

// At first all of it, or, where that could not be read, its beginning.
function resized() {
  if (!camera.scale && stage.clientWidth && stage.clientHeight) {
    whole();
    if (camera.scale < 0.5) Object.assign(camera, { x: 0, y: Math.max(0, scenes[here].size[1] / 2 - stage.clientHeight / 1.6), scale: 0.8 });
  }
  look();
}

// An item that is out of sight comes to the middle.
function reveal(k) {
  const box = groups[k].getBBox(), wide = stage.clientWidth / camera.scale, high = stage.clientHeight / camera.scale;
  const inside = box.x >= camera.x && box.y >= camera.y && box.x + box.width <= camera.x + wide
    && box.y + box.height <= camera.y + high;
  const [width, height] = scenes[here].size, kept = (at, room, all) => Math.max(0, Math.min(at - room / 2, all - room));
  if (!inside) {
    camera.x = wide > width ? camera.x : kept(box.x + box.width / 2, wide, width);
    camera.y = high > height ? camera.y : kept(box.y + box.height / 2, high, height);
  }
  look();
}

const LOOK = { ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: whole };

function looking(event) {
  if (event.target !== svg || !Object.hasOwn(LOOK, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  LOOK[event.key]();
}

function wheel(event) {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - left, event.clientY - top);
}

// Dragging moves the paper; a short move is a click, which belongs to the vertex under it.
function drag(down) {
  const start = { ...camera };
  const follow = event => {
    const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
    if (Math.hypot(x, y) < 4 || !event.buttons) return;
    [camera.x, camera.y] = [start.x - x / camera.scale, start.y - y / camera.scale];
    look();
  };
  stage.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", () => stage.removeEventListener("pointermove", follow), { once: true });
}
