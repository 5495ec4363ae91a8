"""What leaves the product: reads the declarations of views."""
