"""What moves while a slider is dragged: figures drawn by a component of ours, and the route that works them out."""
